//! Lists of people and of rooms, in whatever encoding: how they are read, and what each of their lines would do.
#![no_main]

use std::collections::{HashMap, HashSet};

use libfuzzer_sys::fuzz_target;
use meetings::people_list::{self, PeopleList};
use meetings::room_list::{self, RoomList};
use meetings::table::{MAX_ROWS, Table};

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = Table::read(bytes) else { return };
    assert!((1..=MAX_ROWS + 1).contains(&table.rows.len()));
    assert!(
        table.rows.is_sorted_by(|one, next| one.line < next.line),
        "each row begins on a line of its own"
    );
    let breaks = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
    for row in &table.rows {
        assert!((1..=breaks + 1).contains(&row.line));
        assert!(row.cells.iter().any(|cell| !cell.is_empty()));
        assert!(
            row.cells
                .iter()
                .all(|cell| cell.trim() == cell && !cell.contains('\0'))
        );
    }
    people(&table);
    rooms(&table);
});

fn people(table: &Table) {
    let Ok(list) = PeopleList::of(table) else { return };
    assert!(list.entries.len() <= table.rows.len());
    let nobody = people_list::Known {
        owners_allowed: true,
        ..Default::default()
    };
    let added: Vec<_> = added(&people_list::judge(&list.entries, &nobody), &list);
    let people: HashSet<_> = added.iter().cloned().collect();
    assert_eq!(people.len(), added.len(), "nobody is added twice");
    let again = people_list::Known { people, ..nobody };
    let repeated = people_list::judge(&list.entries, &again);
    assert!(
        self::added(&repeated, &list).is_empty(),
        "importing again adds nobody"
    );
}

fn added(outcomes: &[people_list::Outcome], list: &PeopleList) -> Vec<meetings::email::EmailAddress> {
    assert_eq!(outcomes.len(), list.entries.len());
    let added = outcomes.iter().filter_map(|outcome| match outcome {
        people_list::Outcome::Add(candidate) => Some(candidate.email.clone()),
        _ => None,
    });
    added.collect()
}

fn rooms(table: &Table) {
    let Ok(list) = RoomList::of(table) else { return };
    assert!(list.entries.len() <= table.rows.len());
    let made = made(
        &room_list::judge(&list.entries, &room_list::Known::default()),
        &list,
    );
    let looks: HashMap<_, _> = made
        .iter()
        .map(|made| (made.skeleton(), vec![made.clone()]))
        .collect();
    assert_eq!(looks.len(), made.len(), "no two rooms look alike");
    let again = room_list::Known {
        addresses: looks,
        ..Default::default()
    };
    let repeated = room_list::judge(&list.entries, &again);
    assert!(
        self::made(&repeated, &list).is_empty(),
        "importing again makes no room"
    );
}

fn made(outcomes: &[room_list::Outcome], list: &RoomList) -> Vec<meetings::address::RoomAddress> {
    assert_eq!(outcomes.len(), list.entries.len());
    let made = outcomes
        .iter()
        .zip(&list.entries)
        .filter_map(|(outcome, entry)| match outcome {
            room_list::Outcome::Make(candidate) => {
                assert_eq!(
                    room_list::meant(entry).as_ref(),
                    Some(&candidate.address),
                    "it was looked up"
                );
                Some(candidate.address.clone())
            }
            _ => None,
        });
    made.collect()
}
