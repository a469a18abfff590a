//! A row in each table, and all rows of a database as text to compare.

use std::collections::BTreeMap;

use meetings::attendance::Stay;
use meetings::door::{Mark, Visitor};
use meetings::language::Language;
use meetings::people::Role;
use sqlx::Row;
use store::api_tokens::{self, ApiToken};
use store::attendance::{self, Attendance};
use store::audit::{self, AuditEntry};
use store::ceremonies::{self, Ceremony};
use store::chat_messages::{self, ChatMessage};
use store::establishments::{self, Establishment};
use store::failed_joins::{self, FailedJoin};
use store::idempotency::{self, Once};
use store::invitations::{self, Invitation, Purpose};
use store::knocks::{self, Knock, State};
use store::mail::{self, Mail};
use store::oidc_identities::{self, OidcIdentity};
use store::oidc_providers::{self, OidcProvider};
use store::organisation_logo::{self, Logo};
use store::passkeys::{self, Passkey};
use store::people::Person;
use store::rooms::Room;
use store::sign_in_codes::{self, NewCode};
use store::sign_ins::{self, SignIn};
use store::visits::{self, Visit};
use store::webhooks::{self, Webhook};
use store::{Location, Secret, Write, deliveries, random, room_meetings};

use crate::things::{digest, email};
use crate::world::at;

/// A row in each table that is not filled with a person, a room, the organisation and a key.
pub(crate) async fn the_rest(tx: &Write, person: &Person, room: &Room) {
    ways_in(tx, person).await;
    outside_services(tx, person).await;
    a_meeting(tx, person, room).await;
    let lyon = Establishment {
        id: random::id(at(0)),
        name: "Lyon".to_owned(),
        prefix: None,
        created: at(0),
    };
    establishments::insert(tx, &lyon).await.expect("inserts");
    let logo = Logo::new("image/png", vec![0, 159, 255], at(0)).expect("small");
    organisation_logo::set(tx, &logo).await.expect("sets");
    let entry = AuditEntry {
        id: random::id(at(0)),
        at: at(0),
        person: Some(person.id),
        actor: "Zoé".to_owned(),
        action: "room.created".to_owned(),
        subject: "groupimo".to_owned(),
        subject_id: Some(room.id.as_uuid()),
        details: serde_json::json!({}),
    };
    audit::insert(tx, &[entry]).await.expect("inserts");
    let once = Once {
        person: person.id,
        key: digest(9),
        request: digest(10),
        made: room.id.as_uuid(),
        created: at(0),
    };
    assert!(idempotency::keep(tx, &once).await.expect("keeps"));
    let letter = Mail {
        id: random::id(at(0)),
        to: email("ada@example.org"),
        language: Language::Fr,
        kind: "sign_in_code".to_owned(),
        payload: Some(Secret::new("{}")),
        created: at(0),
        sent: None,
    };
    mail::queue(tx, &[letter], at(0)).await.expect("queues");
}

async fn ways_in(tx: &Write, person: &Person) {
    let code = NewCode {
        id: random::id(at(0)),
        email: email("ada@example.org"),
        code: digest(1),
        browser: digest(2),
        network_address: digest(3),
        asked: at(0),
        sent: true,
    };
    sign_in_codes::insert(tx, &code).await.expect("inserts");
    let sign_in = SignIn {
        id: random::id(at(0)),
        person: person.id,
        device: "Firefox, Linux".to_owned(),
        created: at(0),
        seen: at(1),
        revoked: None,
    };
    sign_ins::insert(tx, &sign_in, &digest(4)).await.expect("inserts");
    let link = Invitation {
        id: random::id(at(0)),
        purpose: Purpose::Invite,
        person: Some(person.id),
        created: at(0),
        expires: at(9),
        used: None,
    };
    invitations::insert(tx, &[(link, digest(5))])
        .await
        .expect("inserts");
    let token = ApiToken {
        id: random::id(at(0)),
        person: person.id,
        name: "ci".to_owned(),
        scopes: vec!["rooms:read".to_owned()],
        created: at(0),
        seen: None,
        revoked: None,
    };
    api_tokens::insert(tx, &token, &digest(6)).await.expect("inserts");
    let passkey = Passkey {
        id: random::id(at(0)),
        person: person.id,
        credential: vec![0, 255],
        data: serde_json::json!({ "counter": 1 }),
        name: "Téléphone".to_owned(),
        created: at(0),
        seen: None,
    };
    passkeys::insert(tx, &passkey).await.expect("inserts");
    let ceremony = Ceremony {
        id: random::id(at(0)),
        kind: "oidc".to_owned(),
        browser: digest(7),
        state: Secret::new("{}"),
        created: at(0),
    };
    ceremonies::insert(tx, &ceremony, &digest(8))
        .await
        .expect("inserts");
}

async fn outside_services(tx: &Write, person: &Person) {
    let provider = OidcProvider {
        id: random::id(at(0)),
        name: "Annuaire".to_owned(),
        issuer: "https://id.example.org".to_owned(),
        client_id: "palabre".to_owned(),
        client_secret: Secret::new("not a secret: made for tests"),
        scopes: vec!["openid".to_owned()],
        group_claim: None,
        group_roles: BTreeMap::from([("direction".to_owned(), Role::Admin)]),
        creates_people: true,
        default_role: Role::Member,
        enabled: true,
        created: at(0),
    };
    oidc_providers::insert(tx, &provider).await.expect("inserts");
    let identity = OidcIdentity {
        provider: provider.id,
        subject: "42".to_owned(),
        person: person.id,
        created: at(0),
    };
    oidc_identities::insert(tx, &identity).await.expect("inserts");
    let webhook = Webhook {
        id: random::id(at(0)),
        name: "Agenda".to_owned(),
        url: "https://hooks.example.org".to_owned(),
        secret: Secret::new("not a secret: made for tests"),
        events: vec!["meeting.started".to_owned()],
        enabled: true,
        created: at(0),
    };
    webhooks::insert(tx, &webhook).await.expect("inserts");
    deliveries::queue(tx, webhook.id, "meeting.started", "{}".to_owned(), at(0))
        .await
        .expect("queues");
}

async fn a_meeting(tx: &Write, person: &Person, room: &Room) {
    let visit = Visit {
        id: random::id(at(0)),
        room: room.id,
        identity: "zoe".to_owned(),
        person: Some(person.id),
        browser: Some(digest(1)),
        name: "Zoé".to_owned(),
        device: "Firefox, Linux".to_owned(),
        role: Visitor::Host,
        mark: Mark::Entered,
        created: at(0),
        seen: at(1),
    };
    visits::upsert(tx, &visit).await.expect("inserts");
    let knock = Knock {
        id: random::id(at(0)),
        room: room.id,
        person: None,
        browser: Some(digest(2)),
        name: person.name.clone(),
        language: Language::En,
        state: State::Waiting,
        created: at(0),
        seen: at(1),
        answered: None,
        answered_by: None,
        identity: None,
    };
    knocks::insert(tx, &knock, &digest(3)).await.expect("inserts");
    let opened = room_meetings::open(tx, room, "RM_here", at(0)).await;
    let (meeting, _) = opened.expect("opens").expect("no host ended it");
    room_meetings::end_media_room(tx, meeting.id, "RM_before")
        .await
        .expect("notes");
    let stay = Stay {
        identity: "zoe".to_owned(),
        person: Some(person.id),
        browser: Some(digest(1)),
        name: "Zoé".to_owned(),
        device: "Firefox, Linux".to_owned(),
        joined: at(0),
        left: None,
    };
    let attendance = Attendance {
        id: random::id(at(0)),
        meeting: meeting.id,
        stay,
        seen: at(1),
    };
    attendance::insert(tx, &attendance).await.expect("inserts");
    let message = ChatMessage {
        id: random::id(at(0)),
        meeting: meeting.id,
        identity: "zoe".to_owned(),
        person: Some(person.id),
        name: "Zoé".to_owned(),
        text: "Bonjour “à tous”\n👋".to_owned(),
        sent: at(1),
    };
    chat_messages::insert(tx, &message).await.expect("inserts");
    let failed = FailedJoin {
        id: random::id(at(0)),
        at: at(0),
        room: Some(room.id),
        address: "groupimo".to_owned(),
        name: "Ada".to_owned(),
        cause: "media_blocked".to_owned(),
        device: "Firefox, Linux".to_owned(),
        details: serde_json::json!({}),
    };
    failed_joins::insert(tx, &failed).await.expect("inserts");
}

/// All rows of each table but `migration`, as text that is the same for both databases.
pub(crate) async fn rows(location: &Location) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<_, Vec<String>> = BTreeMap::new();
    match location {
        Location::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await.expect("connects");
            let columns = "SELECT m.name, c.name, CASE c.type WHEN 'BLOB' THEN 'lower(nullif(hex(\"' || c.name || '\"), ''''))' \
                ELSE 'CAST(\"' || c.name || '\" AS TEXT)' END \
                FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'migration' \
                ORDER BY m.name, c.name";
            let columns = sqlx::query_as(columns).fetch_all(&pool).await.expect("asks");
            for (table, ask) in asks(columns) {
                let found = sqlx::query(sqlx::AssertSqlSafe(ask))
                    .fetch_all(&pool)
                    .await
                    .expect("asks");
                all.insert(table, found.iter().map(|row| row.get(0)).collect());
            }
            pool.close().await;
        }
        Location::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await.expect("connects");
            let columns = "SELECT table_name::text, column_name::text, CASE data_type \
                WHEN 'bytea' THEN 'encode(\"' || column_name || '\", ''hex'')' \
                WHEN 'uuid' THEN 'replace(\"' || column_name || '\"::text, ''-'', '''')' \
                WHEN 'boolean' THEN '\"' || column_name || '\"::integer::text' \
                ELSE '\"' || column_name || '\"::text' END \
                FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration' \
                ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"";
            let columns = sqlx::query_as(columns).fetch_all(&pool).await.expect("asks");
            for (table, ask) in asks(columns) {
                let found = sqlx::query(sqlx::AssertSqlSafe(ask))
                    .fetch_all(&pool)
                    .await
                    .expect("asks");
                all.insert(table, found.iter().map(|row| row.get(0)).collect());
            }
            pool.close().await;
        }
    }
    all.values_mut().for_each(|rows| rows.sort_unstable());
    all
}

/// From table, column and how the column is read as text: table, and the statement that reads each row as one text.
fn asks(columns: Vec<(String, String, String)>) -> BTreeMap<String, String> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column, text) in columns {
        let value = format!("'{column}=' || coalesce({text}, 'nothing')");
        tables.entry(table).or_default().push(value);
    }
    let ask = |(table, values): (String, Vec<String>)| {
        let ask = format!("SELECT {} FROM {table}", values.join(" || '; ' || "));
        (table, ask)
    };
    tables.into_iter().map(ask).collect()
}
