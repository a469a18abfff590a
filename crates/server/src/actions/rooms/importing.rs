//! Making the rooms of a list of links, after showing what each of its lines would do. Repeating it makes none twice.

use std::collections::HashMap;

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::PersonId;
use meetings::people::Right;
use meetings::room_list::{Column, Entry, Known, LineError, NoLinkColumn, Outcome, RoomList, judge, meant};
use meetings::rooms::may_be_given;
use meetings::table::Table;
use store::people::{self, Person};
use store::{Conflict, Read, Store, StoreError, random, room_addresses};

use super::WRITE;
use super::create::{NewRoom, keep, new_room};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::lists::{self, AT_ONCE};
use crate::actions::trail::Actor;

/// What is done with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is only said what would be done.
    Preview,
    /// Rooms are made.
    Make,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// As it is written.
    pub entry: Entry,
    /// What it does.
    pub outcome: Outcome,
    /// Whose its room is, or will be, when it is made.
    pub owner: Option<DisplayName>,
}

/// What a list of rooms does, or would do.
pub type Report = lists::Report<Column, Line>;

/// Makes the rooms of a file, or says what would be done. Rooms without an owner are whoever asks'. What was made before
/// a fault stays, and making the rest is importing the file again. `installation` is how many people it allows in a room.
pub async fn import(
    store: &Store,
    installation: u32,
    caller: &Caller,
    now: Timestamp,
    file: &[u8],
    mode: Mode,
) -> Result<Report, Error> {
    let tx = store.begin_read().await?;
    let by = caller.may(&tx, WRITE, Right::ManageRooms).await?;
    let mut report = report(&tx, by, file).await?;
    drop(tx);
    if mode == Mode::Preview {
        return Ok(report);
    }
    for lines in report.lines.chunks_mut(AT_ONCE) {
        let tx = store.begin_write().await?;
        let by = caller.may(&tx, WRITE, Right::ManageRooms).await?;
        let owners = people::by_ids(&tx, &owners(lines)).await?;
        for line in lines {
            let Outcome::Make(candidate) = &line.outcome else {
                continue;
            };
            let owner = candidate.owner.map_or(Some(by), |id| owners.get(&id));
            let Some(owner) = owner.filter(|owner| may_be_given(owner.standing())) else {
                // They were deactivated since the list was judged.
                line.outcome = Outcome::Wrong(LineError::CannotOwn);
                continue;
            };
            let wanted = NewRoom {
                address: candidate.address.clone(),
                name: Some(candidate.name.clone()),
                access: candidate.access,
                establishment: None,
                people_limit: None,
                welcome: None,
            };
            let room = new_room(&tx, installation, owner, random::id(now), now, wanted).await?;
            match keep(&tx, Actor::Caller(caller), "room.imported", now, &room).await {
                Ok(()) => {}
                // Somebody else was quicker since the list was judged.
                Err(StoreError::Conflict(Conflict::AddressTaken)) => {
                    line.outcome = Outcome::Known(room.address);
                }
                Err(StoreError::Conflict(Conflict::AddressLooksAlike { of })) => {
                    line.outcome = Outcome::Wrong(LineError::LooksAlike { of });
                }
                Err(other) => return Err(other.into()),
            }
        }
        tx.commit().await?;
    }
    Ok(report)
}

/// Those whom some lines name as owners.
fn owners(lines: &[Line]) -> Vec<PersonId> {
    let named = lines.iter().filter_map(|line| match &line.outcome {
        Outcome::Make(candidate) => candidate.owner,
        Outcome::Known(_) | Outcome::Wrong(_) => None,
    });
    named.collect()
}

/// What each line would do, as things stand.
async fn report(tx: &Read, by: &Person, file: &[u8]) -> Result<Report, Error> {
    let table = Table::read(file)?;
    let list =
        RoomList::of(&table).map_err(|NoLinkColumn| Error::invalid("table_no_link_column", NoLinkColumn))?;
    let addresses: Vec<_> = list.entries.iter().filter_map(meant).collect();
    let emails = list
        .entries
        .iter()
        .filter_map(|entry| EmailAddress::parse(&entry.owner).ok());
    let named = people::by_emails(tx, &emails.collect::<Vec<_>>()).await?;
    let known = Known {
        addresses: room_addresses::looking_like(tx, &addresses).await?,
        people: named
            .iter()
            .map(|(email, person)| (email.clone(), (person.id, person.standing())))
            .collect(),
    };
    let names: HashMap<_, _> = named
        .into_values()
        .map(|person| (person.id, person.name))
        .collect();
    let outcomes = judge(&list.entries, &known);
    let line = |(entry, outcome)| {
        let owner = match &outcome {
            Outcome::Make(candidate) => match candidate.owner {
                Some(id) => names.get(&id).cloned(),
                None => Some(by.name.clone()),
            },
            Outcome::Known(_) | Outcome::Wrong(_) => None,
        };
        Line {
            entry,
            outcome,
            owner,
        }
    };
    Ok(Report {
        encoding: table.encoding,
        delimiter: table.delimiter,
        columns: list.columns,
        lines: list.entries.into_iter().zip(outcomes).map(line).collect(),
    })
}
