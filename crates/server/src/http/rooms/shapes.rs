//! How rooms are written in answers.

use meetings::door::Access;
use meetings::rooms::{Tie, most_people};
use serde::Serialize;
use store::people::Person;
use store::room_addresses::Kind;
use utoipa::ToSchema;

use crate::actions::rooms::list::{Behind, Listed, Seen};
use crate::serve::App;

/// Names that a room in a list tells; the count tells how many more there are.
const NAMES_IN_LISTS: usize = 5;

/// The four positions of the padlock, for the description of `meetings::door::Access`, which knows nothing of the web.
#[derive(ToSchema)]
#[schema(as = Access, rename_all = "lowercase")]
pub enum AccessSchema {
    /// All enter.
    Open,
    /// Members and invited people enter, others knock.
    Knock,
    /// Members enter, others are refused.
    Members,
    /// Everyone but hosts knocks.
    Locked,
}

/// A room as whoever asks may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Room {
    /// Which.
    pub id: String,
    /// Its main address, the word after the slash; another one when it was asked for by an alias or a former address.
    #[schema(example = "groupimo")]
    pub address: String,
    /// What it is called.
    #[schema(example = "Groupimo")]
    pub name: String,
    /// Who enters and who knocks.
    #[schema(value_type = AccessSchema)]
    pub access: Access,
    /// What one reads before joining; `null` also for strangers where only members enter, and before a locked door.
    #[schema(required)]
    pub welcome: Option<String>,
    /// How many fit.
    pub people_limit: u16,
    /// How many are in it now; `null` when that is not known.
    #[schema(required)]
    pub participant_count: Option<usize>,
    /// Who is in it now, for those who would enter without knocking; `null` for others, and when it is not known.
    #[schema(required)]
    pub participants: Option<Vec<Participant>>,
    /// What whoever asks may do.
    pub may: Vec<May>,
    /// More, for who hosts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<RoomSettings>,
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participant {
    /// As others see it.
    #[schema(example = "Ada")]
    pub name: String,
}

/// Something one may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum May {
    /// Come in without knocking, when there is a place and nobody was sent away.
    Enter,
    /// Answer its door, turn its padlock, change its welcome.
    Host,
    /// Change everything about it.
    Manage,
}

/// What stands behind a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomSettings {
    /// Whose it is.
    #[schema(required)]
    pub owner: Option<RoomPerson>,
    /// Who hosts it beside its owner.
    pub hosts: Vec<RoomPerson>,
    /// All its addresses, in alphabetical order.
    pub addresses: Vec<Address>,
    /// Where it belongs.
    #[schema(required)]
    pub establishment: Option<Place>,
    /// Members who are present answer knocks while no host is there.
    pub members_answer: bool,
    /// The most people it may be made for here.
    pub most_people: u16,
}

/// Somebody of a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomPerson {
    /// Which person.
    pub id: String,
    /// What they are called.
    #[schema(example = "Claire Martin")]
    pub name: String,
}

/// An establishment, as rooms name it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoomEstablishment)]
pub struct Place {
    /// Which.
    pub id: String,
    /// What it is called.
    #[schema(example = "Lyon")]
    pub name: String,
}

/// One of a room's addresses.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoomAddress)]
pub struct Address {
    /// The word after the slash.
    pub address: String,
    /// What it is to the room.
    pub kind: AddressKind,
}

/// See [`Address::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AddressKind {
    /// The one that is shown.
    Main,
    /// Another one, as good.
    Alias,
    /// A former one, which leads to the main one.
    Redirect,
}

/// A room in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedRoom {
    /// Which.
    pub id: String,
    /// Its main address.
    #[schema(example = "groupimo")]
    pub address: String,
    /// What it is called.
    #[schema(example = "Groupimo")]
    pub name: String,
    /// Who enters and who knocks.
    #[schema(value_type = AccessSchema)]
    pub access: Access,
    /// How many fit.
    pub people_limit: u16,
    /// How many are in it now; `null` when that is not known.
    #[schema(required)]
    pub participant_count: Option<usize>,
    /// The first of those who are in it now, for those who would enter without knocking.
    #[schema(required)]
    pub participants: Option<Vec<Participant>>,
    /// What whoever asks may do.
    pub may: Vec<May>,
    /// The name of its owner.
    #[schema(example = "Claire Martin")]
    pub owner: String,
    /// It is whoever asks' own: they own it, or were made its host.
    pub mine: bool,
    /// It is the personal room of somebody who is not of the organisation.
    pub personal: bool,
    /// Where it belongs.
    #[schema(required)]
    pub establishment: Option<Place>,
}

impl Room {
    /// As it is seen.
    pub fn of(app: &App, seen: Seen, behind: Option<Behind>) -> Self {
        let may = may(&seen);
        let (count, names) = present(&seen, usize::MAX);
        let most = most_people(app.settings.max_participants_per_room);
        let room = seen.room;
        Self {
            id: room.id.to_string(),
            address: room.address.to_string(),
            name: room.name,
            access: room.access,
            welcome: room.welcome.filter(|_| seen.reads_welcome),
            people_limit: room.people_limit.min(most),
            participant_count: count,
            participants: names,
            may,
            settings: behind.map(|behind| RoomSettings {
                owner: behind.owner.as_ref().map(RoomPerson::of),
                hosts: behind.hosts.iter().map(RoomPerson::of).collect(),
                addresses: behind.addresses.into_iter().map(Address::of).collect(),
                establishment: behind.establishment.map(Place::of),
                members_answer: room.members_answer,
                most_people: most,
            }),
        }
    }
}

impl ListedRoom {
    /// As it is listed.
    pub fn of(app: &App, listed: Listed) -> Self {
        let seen = listed.seen;
        let may = may(&seen);
        let (count, names) = present(&seen, NAMES_IN_LISTS);
        let most = most_people(app.settings.max_participants_per_room);
        Self {
            id: seen.room.id.to_string(),
            address: seen.room.address.to_string(),
            name: seen.room.name,
            access: seen.room.access,
            people_limit: seen.room.people_limit.min(most),
            participant_count: count,
            participants: names,
            may,
            owner: listed.owner,
            mine: listed.mine,
            personal: listed.personal,
            establishment: listed.establishment.map(Place::of),
        }
    }
}

impl RoomPerson {
    fn of(person: &Person) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name.as_str().to_owned(),
        }
    }
}

impl Place {
    fn of((id, name): (meetings::id::EstablishmentId, String)) -> Self {
        let id = id.to_string();
        Self { id, name }
    }
}

impl Address {
    fn of((address, kind): (meetings::address::RoomAddress, Kind)) -> Self {
        Self {
            address: address.to_string(),
            kind: match kind {
                Kind::Main => AddressKind::Main,
                Kind::Alias => AddressKind::Alias,
                Kind::Redirect => AddressKind::Redirect,
            },
        }
    }
}

fn may(seen: &Seen) -> Vec<May> {
    let all = [
        (seen.enters, May::Enter),
        (seen.tie >= Tie::Host, May::Host),
        (seen.tie >= Tie::Manager, May::Manage),
    ];
    all.into_iter()
        .filter_map(|(can, may)| can.then_some(may))
        .collect()
}

/// How many are there, and the names of the first of them for who may know.
fn present(seen: &Seen, most: usize) -> (Option<usize>, Option<Vec<Participant>>) {
    let Some(names) = &seen.present else {
        return (None, None);
    };
    let told = names.iter().take(most).cloned().map(|name| Participant { name });
    (Some(names.len()), seen.enters.then(|| told.collect()))
}
