//! The first run: a link that whoever started the server opens, and what they make with it.

use jiff::{SignedDuration, Timestamp};
use meetings::address::RoomAddress;
use meetings::display_name::DisplayName;
use meetings::door::Access;
use meetings::email::EmailAddress;
use meetings::language::Language;
use meetings::people::Role;
use serde_json::json;
use store::invitations::{self, Purpose};
use store::people::{self, Person};
use store::{Secret, Store, Subject, organisation, random};

use super::error::Error;
use super::people::make_organisation;
use super::rooms::create::{self, NewRoom};
use super::sign_in::{Browser, How, SignedIn, dead_link, make_link, open, used_up};
use super::trail::{Actor, Deed, note};

/// A server that is set up on a Friday and looked at on Monday still has its link. A new start makes a new one anyway.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Makes a welcome link, when there is no organisation yet; the one of before is void.
pub async fn link(store: &Store, now: Timestamp) -> Result<Option<Secret>, Error> {
    let tx = store.begin_write().await?;
    if organisation::load(&tx).await?.is_some() {
        return Ok(None);
    }
    invitations::void(&tx, Purpose::Welcome, now).await?;
    let secret = make_link(&tx, now, Purpose::Welcome, None, GOOD_FOR).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// Whether there is an organisation.
pub async fn is_set_up(store: &Store) -> Result<bool, Error> {
    let tx = store.begin_read().await?;
    Ok(organisation::load(&tx).await?.is_some())
}

/// What the first person says.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// What the organisation is called.
    pub organisation: DisplayName,
    /// What they are called.
    pub name: DisplayName,
    /// By which they will sign in.
    pub email: EmailAddress,
    /// What they read; also the organisation's language.
    pub language: Language,
    /// Where the first room is found, and what it is called.
    pub room: (RoomAddress, DisplayName),
}

/// Makes the organisation, its first owner and their first room, and signs them in. The link is used up only when all
/// of it came about. `in_a_room` is how many people the installation allows in a room.
pub async fn begin(
    store: &Store,
    now: Timestamp,
    secret: &Secret,
    beginning: Beginning,
    in_a_room: u32,
    browser: Browser<'_>,
) -> Result<SignedIn, Error> {
    let tx = store.begin_write().await?;
    let link = used_up(&tx, secret, now).await?;
    if link.purpose != Purpose::Welcome {
        return Err(dead_link());
    }
    let made = make_organisation(&tx, now, beginning.organisation.as_str(), beginning.language).await?;
    let (email, name, language) = (beginning.email, beginning.name, beginning.language);
    let owner = Person::new(email, name, Role::Owner, language, now);
    people::insert(&tx, &owner).await?;
    let deed = Deed {
        action: "organisation.created",
        subject: &made.name,
        id: made.id,
        details: json!({}),
    };
    note(&tx, Actor::Person(&owner), now, deed).await?;
    tx.announce(Subject::Person, owner.id);
    let (address, name) = beginning.room;
    let wanted = NewRoom {
        address,
        name: Some(name),
        access: Access::Knock,
        establishment: None,
        people_limit: None,
        welcome: None,
    };
    let room = create::new_room(&tx, in_a_room, &owner, random::id(now), now, wanted).await?;
    create::add(&tx, Actor::Person(&owner), now, &room).await?;
    let signed_in = open(&tx, now, owner, browser, How::Link).await?;
    tx.commit().await?;
    Ok(SignedIn {
        new: true,
        ..signed_in
    })
}
