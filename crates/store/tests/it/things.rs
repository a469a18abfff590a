//! People, rooms and the like for the tests, complete and unremarkable.

use jiff::SignedDuration;
use meetings::accent::Accent;
use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;
use meetings::door::Access;
use meetings::email::EmailAddress;
use meetings::language::Language;
use meetings::people::Role;
use meetings::sign_in::Digest;
use store::organisation::{Organisation, SignUp};
use store::people::Person;
use store::rooms::Room;
use store::{Store, people, random, rooms};

use crate::world::at;

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an e-mail address")
}

pub(crate) fn address(text: &str) -> RoomAddress {
    RoomAddress::parse(text).expect("an address")
}

pub(crate) fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

/// Somebody at example.org.
pub(crate) fn person(name: &str) -> Person {
    let email = email(&format!("{name}@example.org"));
    let name = DisplayName::parse(name).expect("a name");
    Person::new(email, name, Role::Member, Language::Fr, at(0))
}

pub(crate) async fn added(store: &Store, person: Person) -> Person {
    let tx = store.begin_write().await.expect("begins");
    people::insert(&tx, &person).await.expect("inserts");
    tx.commit().await.expect("commits");
    person
}

pub(crate) fn room(name: &str, owner: &Person) -> Room {
    Room {
        id: random::id(at(0)),
        address: address(name),
        name: format!("Salle {name}"),
        access: Access::Knock,
        owner: owner.id,
        establishment: None,
        people_limit: 50,
        welcome: Some("Bienvenue !".to_owned()),
        members_answer: false,
        created: at(0),
    }
}

pub(crate) async fn opened(store: &Store, room: Room) -> Room {
    let tx = store.begin_write().await.expect("begins");
    rooms::insert(&tx, &room).await.expect("inserts");
    tx.commit().await.expect("commits");
    room
}

pub(crate) fn organisation() -> Organisation {
    Organisation {
        id: random::id(at(0)),
        name: "Groupimo".to_owned(),
        language: Language::Fr,
        sign_up: SignUp::Domains(vec!["example.org".to_owned(), "example.net".to_owned()]),
        legal_notice: None,
        privacy_notice: Some("https://example.org/vie-privee".to_owned()),
        help_contact: Some("aide@example.org".to_owned()),
        accent: Some(Accent::parse("#2f6f5e").expect("a colour")),
        chat_days: Some(30),
        attendance_days: None,
        created: at(0),
    }
}

pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
