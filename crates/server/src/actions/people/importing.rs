//! Adding everybody of a list, after showing what each of its lines would do. Repeating it adds nobody twice.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use meetings::email::EmailAddress;
use meetings::id::EstablishmentId;
use meetings::people::{Right, Role};
use meetings::people_list::{Column, Entry, Known, NoEmailColumn, Outcome, PeopleList, judge};
use meetings::scope::{Noun, Scope};
use meetings::search::folded;
use meetings::table::Table;
use serde_json::json;
use store::people::{self, Person};
use store::{Cut, MAX_LIMIT, Read, Store, StoreError, establishments};

use super::inviting::{Newcomer, add_all, may_make, send};
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::lists::{self, AT_ONCE};
use crate::actions::organisation;
use crate::actions::trail::{Actor, Deed, note_all};
use crate::config::Settings;

/// What is done with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is only said what would be done.
    Preview,
    /// People are added.
    Add {
        /// Each gets a letter with a link.
        invite: bool,
    },
}

/// What a list of people does, or would do: its lines, and what comes of each.
pub type Report = lists::Report<Column, (Entry, Outcome)>;

/// Adds the people of a file, or says what would be done. What was added before a fault stays, and adding the rest is
/// importing the file again.
pub async fn import(
    store: &Store,
    settings: &Settings,
    caller: &Caller,
    now: Timestamp,
    file: &[u8],
    mode: Mode,
) -> Result<Report, Error> {
    let (scope, right) = (Scope::write(Noun::People), Right::ManagePeople);
    let tx = store.begin_read().await?;
    let by = caller.may(&tx, scope, right).await?;
    let mut report = report(&tx, by, file).await?;
    drop(tx);
    let Mode::Add { invite } = mode else {
        return Ok(report);
    };
    for lines in report.lines.chunks_mut(AT_ONCE) {
        let tx = store.begin_write().await?;
        let by = caller.may(&tx, scope, right).await?;
        let organisation = organisation::known(&tx).await?;
        let newcomers = lines
            .iter()
            .filter_map(|(_, outcome)| newcomer(outcome))
            .collect();
        let added = add_all(&tx, by, &organisation, now, newcomers).await?;
        if invite {
            send(&tx, settings, by, &organisation, now, &added).await?;
        }
        let deeds = added.iter().map(|person| Deed {
            action: "person.imported",
            subject: person.name.as_str(),
            id: person.id,
            details: json!({ "role": person.role, "invited": invite }),
        });
        let deeds = deeds.collect();
        note_all(&tx, Actor::Caller(caller), now, deeds).await?;
        let added: HashSet<_> = added.into_iter().map(|person| person.email).collect();
        for (_, outcome) in lines {
            // Somebody else was quicker since the list was judged.
            if matches!(outcome, Outcome::Add(candidate) if !added.contains(&candidate.email)) {
                *outcome = Outcome::Known;
            }
        }
        tx.commit().await?;
    }
    Ok(report)
}

/// Whom a line adds.
fn newcomer(outcome: &Outcome) -> Option<Newcomer> {
    let Outcome::Add(candidate) = outcome else {
        return None;
    };
    Some(Newcomer {
        email: candidate.email.clone(),
        name: candidate.name.clone(),
        role: candidate.role,
        establishment: candidate.establishment,
        language: None,
    })
}

/// What each line would do, as things stand.
async fn report(tx: &Read, by: &Person, file: &[u8]) -> Result<Report, Error> {
    let table = Table::read(file)?;
    let list = PeopleList::of(&table)
        .map_err(|NoEmailColumn| Error::invalid("table_no_email_column", NoEmailColumn))?;
    let known = Known {
        people: having_accounts(tx, &list.entries).await?,
        establishments: establishments_by_name(tx).await?,
        owners_allowed: may_make(by, Role::Owner).is_ok(),
    };
    let outcomes = judge(&list.entries, &known);
    Ok(Report {
        encoding: table.encoding,
        delimiter: table.delimiter,
        columns: list.columns,
        lines: list.entries.into_iter().zip(outcomes).collect(),
    })
}

/// The addresses of the list that somebody has already.
async fn having_accounts(tx: &Read, entries: &[Entry]) -> Result<HashSet<EmailAddress>, StoreError> {
    let addresses = entries
        .iter()
        .filter_map(|entry| EmailAddress::parse(&entry.email).ok());
    let having = people::by_emails(tx, &addresses.collect::<Vec<_>>()).await?;
    Ok(having.into_keys().collect())
}

async fn establishments_by_name(tx: &Read) -> Result<HashMap<String, EstablishmentId>, StoreError> {
    let mut found = HashMap::new();
    let mut cut = Cut::first(MAX_LIMIT);
    loop {
        let page = establishments::list(tx, cut).await?;
        let named = page.items.into_iter();
        found.extend(named.map(|establishment| (folded(&establishment.name), establishment.id)));
        match page.next {
            Some(next) => cut.after = Some(next),
            None => return Ok(found),
        }
    }
}
