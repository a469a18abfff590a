//! Making rooms, looking at one, and what is said of one that does not exist.

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::id::EstablishmentId;
use meetings::people::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::establishments::{self, Establishment};
use store::organisation::{self, SignUp};
use store::{Cut, audit, random};

use crate::support::{Api, Server, answer, refused};

/// Keeps an establishment whose rooms' addresses begin so.
async fn establishment(server: &Server, name: &str, prefix: &str) -> EstablishmentId {
    let tx = server.running.app.store.begin_write().await.expect("begins");
    let one = Establishment {
        id: random::id(Timestamp::now()),
        name: name.to_owned(),
        prefix: Some(RoomAddress::parse(prefix).expect("a prefix")),
        created: Timestamp::now(),
    };
    establishments::insert(&tx, &one).await.expect("inserts");
    tx.commit().await.expect("commits");
    one.id
}

async fn sign_up(server: &Server, policy: SignUp) {
    let tx = server.running.app.store.begin_write().await.expect("begins");
    let mut organisation = organisation::load(&tx).await.expect("reads").expect("one");
    organisation.sign_up = policy;
    organisation.help_contact = Some("aide@example.org".to_owned());
    organisation::update(&tx, &organisation).await.expect("updates");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_room_is_made_with_its_address_alone_and_anybody_sees_what_a_guest_may_know() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Owner).await;
    let made = claire.makes(json!({ "address": "equipe-produit" })).await;
    let id = made["id"].as_str().expect("an id");
    let settings = json!({
        "owner": { "id": claire.person, "name": "Claire" },
        "hosts": [],
        "addresses": [{ "address": "equipe-produit", "kind": "main" }],
        "establishment": null,
        "members_answer": false,
        "most_people": 50,
    });
    let mut expected = json!({
        "id": id, "address": "equipe-produit", "name": "Equipe produit", "access": "knock", "welcome": null,
        "people_limit": 50, "participant_count": 0, "participants": [], "may": ["enter", "host", "manage"],
        "settings": settings,
    });
    assert_eq!(made, expected);
    for path in ["equipe-produit", id] {
        let (status, seen) = claire.get(&format!("/api/v1/rooms/{path}")).await;
        assert_eq!((status, &seen), (StatusCode::OK, &expected));
    }

    let fields = expected.as_object_mut().expect("an object");
    fields.remove("settings");
    fields["may"] = json!([]);
    fields["participants"] = Value::Null;
    let (_, seen) = server.nobody().get("/api/v1/rooms/equipe-produit").await;
    assert_eq!(seen, expected);

    let member = server.somebody("Nadia", Role::Member).await;
    let (_, seen) = member.get("/api/v1/rooms/equipe-produit").await;
    assert_eq!(
        (&seen["may"], &seen["participants"]),
        (&json!(["enter"]), &json!([]))
    );
    assert_eq!(seen.get("settings"), None);

    let tx = server.running.app.store.begin_read().await.expect("begins");
    let trail = audit::list(&tx, Cut::first(10)).await.expect("reads").items;
    let line = trail
        .iter()
        .find(|line| line.action == "room.created")
        .expect("a line");
    assert_eq!(
        (line.person.map(|id| id.to_string()), line.subject.as_str()),
        (Some(claire.person.clone()), "Equipe produit")
    );
}

#[tokio::test]
async fn a_room_is_made_as_it_was_asked_for() {
    let server = Server::with(|settings| settings.max_participants_per_room = 200).await;
    let claire = server.somebody("Claire", Role::Member).await;
    let made = claire
        .makes(json!({
            "address": "accueil", "name": "  Accueil <b>été</b> 👋 ", "access": "locked", "people_limit": 200,
            "welcome": "Bonjour.\r\nEntrez !", "unknown": true,
        }))
        .await;
    assert_eq!(made["name"], "Accueil <b>été</b> 👋");
    assert_eq!(made["access"], "locked");
    assert_eq!(made["people_limit"], 200);
    assert_eq!(made["welcome"], "Bonjour.\nEntrez !");
}

#[tokio::test]
async fn the_welcome_is_for_those_who_may_come() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Owner).await;
    let member = server.somebody("Nadia", Role::Member).await;
    let individual = server.somebody("Zoe", Role::Individual).await;
    let nobody = server.nobody();
    for (access, strangers_read) in [
        ("open", true),
        ("knock", true),
        ("members", false),
        ("locked", false),
    ] {
        let address = format!("salle-{access}");
        claire
            .makes(json!({ "address": address, "access": access, "welcome": "Ordre du jour" }))
            .await;
        for (who, reads) in [
            (&claire, true),
            (&member, true),
            (&individual, strangers_read),
            (&nobody, strangers_read),
        ] {
            let (status, seen) = who.get(&format!("/api/v1/rooms/{address}")).await;
            let expected = if reads {
                json!("Ordre du jour")
            } else {
                Value::Null
            };
            assert_eq!(
                (status, &seen["welcome"]),
                (StatusCode::OK, &expected),
                "{access}"
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_code() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    for (body, status, code) in [
        (json!({ "address": "settings" }), 422, "reserved_address"),
        (json!({ "address": "import" }), 422, "reserved_address"),
        (json!({ "address": "Équipe" }), 422, "invalid_address"),
        (json!({ "address": "a".repeat(10_000) }), 422, "invalid_address"),
        (
            json!({ "address": "a", "name": "a\u{202e}b" }),
            422,
            "invalid_room_name",
        ),
        (
            json!({ "address": "a", "name": "é".repeat(10_000) }),
            422,
            "invalid_room_name",
        ),
        (
            json!({ "address": "a", "name": " \u{200b}" }),
            422,
            "invalid_room_name",
        ),
        (
            json!({ "address": "a", "welcome": "x".repeat(2_001) }),
            422,
            "invalid_welcome",
        ),
        (
            json!({ "address": "a", "welcome": "a\u{2066}b" }),
            422,
            "invalid_welcome",
        ),
        (
            json!({ "address": "a", "people_limit": 0 }),
            422,
            "invalid_people_limit",
        ),
        (
            json!({ "address": "a", "people_limit": -1 }),
            422,
            "invalid_people_limit",
        ),
        (
            json!({ "address": "a", "people_limit": 51 }),
            422,
            "invalid_people_limit",
        ),
        (
            json!({ "address": "a", "people_limit": 100_000 }),
            422,
            "invalid_people_limit",
        ),
        (json!({ "address": "a", "access": "ajar" }), 400, "malformed"),
        (
            json!({ "address": "a", "establishment": "Lyon" }),
            400,
            "malformed",
        ),
        (
            json!({ "address": "a", "establishment": claire.person }),
            422,
            "unknown_establishment",
        ),
        (json!({ "name": "Sans adresse" }), 400, "malformed"),
    ] {
        let got = claire.post("/api/v1/rooms", body.clone()).await;
        assert_eq!(refused(&got), (status, code), "{body}");
    }
    let (_, list) = claire.get("/api/v1/rooms").await;
    assert_eq!(list["items"], json!([]), "nothing is left of them");
}

#[tokio::test]
async fn nobody_makes_a_room_without_the_right() {
    let server = Server::start().await;
    server.somebody("Claire", Role::Owner).await;
    let room = json!({ "address": "accueil" });
    let guest = server.nobody().post("/api/v1/rooms", room.clone()).await;
    assert_eq!(refused(&guest), (401, "sign_in_needed"));
    server.somebody("Nadia", Role::Member).await;
    let reader = server
        .program_of("nadia@example.org", &["rooms:read", "people:write"])
        .await;
    let scope = reader.post("/api/v1/rooms", room).await;
    assert_eq!(refused(&scope), (403, "scope_missing"));
}

#[tokio::test]
async fn a_taken_address_comes_with_free_ones() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    for address in ["forum", "forum-3"] {
        claire.makes(json!({ "address": address })).await;
    }
    let (status, taken) = claire.post("/api/v1/rooms", json!({ "address": "forum" })).await;
    assert_eq!((status.as_u16(), &taken["code"]), (409, &json!("address_taken")));
    let alternatives = json!(["forum-2", "forum-4", "forum-5"]);
    assert_eq!(taken["details"], json!({ "alternatives": alternatives }));

    let (status, alike) = claire.post("/api/v1/rooms", json!({ "address": "forurn" })).await;
    assert_eq!(
        (status.as_u16(), &alike["code"]),
        (409, &json!("address_looks_alike"))
    );
    assert_eq!(alike["details"]["of"], "forum");
    assert_eq!(
        alike["details"]["alternatives"],
        json!(["forurn-2", "forurn-4", "forurn-5"]),
        "forurn-3 would be taken for forum-3"
    );
}

#[tokio::test]
async fn rooms_of_an_establishment_begin_with_its_prefix_and_no_others_do() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    let lyon = establishment(&server, "Lyon", "lyon").await;
    let paris = establishment(&server, "Paris", "paris").await;
    let (status, needed) = claire
        .post(
            "/api/v1/rooms",
            json!({ "address": "accueil", "establishment": lyon }),
        )
        .await;
    assert_eq!((status.as_u16(), &needed["code"]), (422, &json!("prefix_needed")));
    assert_eq!(
        needed["details"],
        json!({ "prefix": "lyon", "alternatives": ["lyon-accueil"] })
    );
    let held = json!({ "address": "lyon-accueil", "establishment": paris });
    let held = claire.post("/api/v1/rooms", held).await;
    assert_eq!(refused(&held), (422, "prefix_held"));
    let made = claire.makes(json!({ "address": "lyon-accueil" })).await;
    assert_eq!(
        made["settings"]["establishment"],
        json!({ "id": lyon, "name": "Lyon" })
    );

    let dupont = server.somebody("Dupont", Role::Individual).await;
    let theirs = dupont
        .post("/api/v1/rooms", json!({ "address": "lyon-dupont" }))
        .await;
    assert_eq!(refused(&theirs), (422, "prefix_held"));
    let chosen = json!({ "address": "dupont", "establishment": lyon });
    let chosen = dupont.post("/api/v1/rooms", chosen).await;
    assert_eq!(refused(&chosen), (403, "right_missing"));
}

#[tokio::test]
async fn an_individual_has_one_room() {
    let server = Server::start().await;
    server.somebody("Claire", Role::Owner).await;
    let dupont = server.somebody("Dupont", Role::Individual).await;
    dupont.makes(json!({ "address": "dupont" })).await;
    let second = dupont
        .post("/api/v1/rooms", json!({ "address": "dupont-pro" }))
        .await;
    assert_eq!(refused(&second), (409, "has_a_room"));
}

#[tokio::test]
async fn the_same_request_makes_one_room() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    let nadia = server.somebody("Nadia", Role::Member).await;
    let ask = |who: &Api, key: &str, address: &str| {
        let request = who
            .request(Method::POST, "/api/v1/rooms")
            .header("idempotency-key", key);
        answer(request.json(&json!({ "address": address })))
    };
    let (one, other) = tokio::join!(ask(&claire, "k-1", "accueil"), ask(&claire, "k-1", "accueil"));
    assert_eq!((one.0, other.0), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(one.1["id"], other.1["id"]);

    let reused = ask(&claire, "k-1", "forum").await;
    assert_eq!(refused(&reused), (422, "idempotency_key_reused"));
    let another = ask(&nadia, "k-1", "forum").await;
    assert_eq!(another.0, StatusCode::CREATED, "keys are each person's own");
    for key in ["", "a b", &"k".repeat(256)] {
        assert_eq!(
            refused(&ask(&claire, key, "forum-2").await).1,
            "malformed",
            "{key}"
        );
    }
    // A request that was refused made nothing: its key is as new.
    assert_eq!(refused(&ask(&claire, "k-2", "forum").await).1, "address_taken");
    let id = one.1["id"].as_str().expect("an id");
    let (status, _) = claire.delete(&format!("/api/v1/rooms/{id}")).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(refused(&ask(&claire, "k-1", "accueil").await), (404, "gone"));
}

#[tokio::test]
async fn of_a_room_that_does_not_exist_one_learns_whether_one_may_make_it() {
    let server = Server::start().await;
    let path = "/api/v1/rooms/dupont";
    let before = server.nobody().get(path).await;
    assert_eq!(refused(&before), (409, "not_set_up"));

    let claire = server.somebody("Claire", Role::Owner).await;
    let dupont = server.somebody("Dupont", Role::Individual).await;
    let details = async |who: &Api| {
        let (status, error) = who.get(path).await;
        assert_eq!((status.as_u16(), &error["code"]), (404, &json!("unknown_room")));
        error["details"].clone()
    };
    for (policy, word, guest) in [
        (SignUp::Closed, "closed", false),
        (SignUp::Members, "members", false),
        (SignUp::Anyone, "anyone", true),
    ] {
        sign_up(&server, policy).await;
        let expected = json!({ "may_create": guest, "sign_in": true, "policy": word, "help_contact": "aide@example.org" });
        assert_eq!(details(&server.nobody()).await, expected);
        let expected = json!({ "may_create": true, "sign_in": false, "policy": word, "help_contact": "aide@example.org" });
        assert_eq!(details(&claire).await, expected);
        assert_eq!(details(&dupont).await, expected);
    }
    sign_up(&server, SignUp::Domains(vec!["example.net".to_owned()])).await;
    let told = details(&server.nobody()).await;
    assert_eq!(
        (&told["may_create"], &told["domains"]),
        (&json!(true), &json!(["example.net"]))
    );

    dupont.makes(json!({ "address": "chez-moi" })).await;
    assert_eq!(details(&dupont).await["may_create"], false, "they have theirs");
    claire.makes(json!({ "address": "dup0nt" })).await;
    let told = details(&claire).await;
    assert_eq!(
        (&told["may_create"], &told["looks_like"]),
        (&json!(false), &json!("dup0nt"))
    );
    let (_, reserved) = claire.get("/api/v1/rooms/settings").await;
    assert_eq!(reserved["details"]["may_create"], false);
    let malformed = claire.get("/api/v1/rooms/-x").await;
    assert_eq!(refused(&malformed), (400, "invalid_address"));
}

#[tokio::test]
async fn whether_an_address_could_be_had_is_told_before_it_is_chosen() {
    let server = Server::start().await;
    let claire = server.somebody("Claire", Role::Member).await;
    let lyon = establishment(&server, "Lyon", "lyon").await;
    claire.makes(json!({ "address": "forum" })).await;
    let check = async |rest: &str| claire.get(&format!("/api/v1/room-addresses/{rest}")).await.1;
    assert_eq!(check("agora").await, json!({ "free": true }));
    assert_eq!(check("forum").await["code"], "address_taken");
    assert_eq!(check("f0rum").await["code"], "address_looks_alike");
    assert_eq!(check("settings").await["code"], "reserved_address");
    assert_eq!(check("-x").await["code"], "invalid_address");
    let needed = check(&format!("agora?establishment={lyon}")).await;
    assert_eq!(needed["code"], "prefix_needed");
    assert_eq!(needed["details"]["alternatives"], json!(["lyon-agora"]));
    for own in ["forum", "f0rum", "agora"] {
        assert_eq!(
            check(&format!("{own}?room=forum")).await,
            json!({ "free": true }),
            "{own}"
        );
    }
    let guest = server.nobody().get("/api/v1/room-addresses/agora").await;
    assert_eq!(refused(&guest), (401, "sign_in_needed"));
}

#[tokio::test]
async fn a_rooms_link_is_drawn_for_telephones() {
    let server = Server::with(|settings| {
        settings.public_url = Some("https://visio.example.org".parse().expect("a url"));
    })
    .await;
    let claire = server.somebody("Claire", Role::Member).await;
    claire.makes(json!({ "address": "forum" })).await;
    let answer = server
        .nobody()
        .request(Method::GET, "/api/v1/rooms/forum/qr.svg")
        .send()
        .await;
    let answer = answer.expect("answers");
    assert_eq!(answer.headers()["content-type"], "image/svg+xml");
    let picture = answer.text().await.expect("text");
    let code =
        qrcode::QrCode::with_error_correction_level("https://visio.example.org/forum", qrcode::EcLevel::M)
            .expect("a code");
    let squares = code
        .to_colors()
        .iter()
        .filter(|color| **color == qrcode::Color::Dark)
        .count();
    assert_eq!(
        picture.matches('M').count(),
        squares,
        "its dark squares are that link's"
    );
    let missing = server.nobody().get("/api/v1/rooms/nowhere/qr.svg").await;
    assert_eq!(refused(&missing), (404, "unknown_room"));
}
