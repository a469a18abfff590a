//! What the columns of a table hold, known by the words people write above them, and what the words in its cells mean.

use crate::search::folded;
use crate::table::{Row, Table};

/// Things and the words for each: folded, and with single spaces.
pub(crate) type Words<T> = [(T, &'static [&'static str])];

/// What a word means, however its letters, accents and spaces are written.
pub(crate) fn meaning<T: Copy>(text: &str, words: &Words<T>) -> Option<T> {
    let plain = folded(text).replace(['_', '.', ':', '’', '\''], " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = words.iter().find(|(_, names)| names.contains(&plain.as_str()));
    found.map(|(thing, _)| *thing)
}

/// What stands in a row below the first column of a kind; nothing when there is no such column.
pub(crate) fn below<T: PartialEq>(row: &Row, columns: &[Option<T>], wanted: T) -> String {
    let wanted = Some(wanted);
    let at = columns.iter().position(|column| *column == wanted);
    at.and_then(|at| row.cells.get(at)).cloned().unwrap_or_default()
}

/// A table whose columns are known.
pub(crate) struct Columns<'a, T> {
    /// What stands above each column, and what it was taken for; empty when there are no headers.
    pub(crate) headers: Vec<(String, Option<T>)>,
    /// What each column holds.
    pub(crate) kinds: Vec<Option<T>>,
    /// The rows below the headers, or all.
    pub(crate) rows: &'a [Row],
}

impl<'a, T: Copy> Columns<'a, T> {
    /// Takes the first line for headers when one of its words stands for a column that is `needed`; otherwise it is a
    /// row like the others, by which `guess` tells the columns, or that it cannot.
    pub(crate) fn of(
        table: &'a Table,
        words: &Words<T>,
        needed: impl Fn(T) -> bool,
        guess: impl FnOnce(&[String]) -> Option<Vec<Option<T>>>,
    ) -> Option<Self> {
        let (first, rest) = table.rows.split_first()?;
        let kinds: Vec<_> = first.cells.iter().map(|header| meaning(header, words)).collect();
        if kinds.iter().copied().flatten().any(needed) {
            let headers = first.cells.iter().cloned().zip(kinds.iter().copied()).collect();
            let rows = rest;
            return Some(Self { headers, kinds, rows });
        }
        Some(Self {
            headers: Vec::new(),
            kinds: guess(&first.cells)?,
            rows: &table.rows,
        })
    }
}

/// Panics unless each word stands for one thing and is written as [`meaning`] compares it.
#[cfg(test)]
pub(crate) fn check<T: Copy + PartialEq + std::fmt::Debug>(words: &Words<T>) {
    let mut all: Vec<_> = words.iter().flat_map(|(_, names)| names.iter()).collect();
    let written = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), written, "a word stands twice");
    for (thing, names) in words {
        for name in *names {
            assert_eq!(meaning(name, words), Some(*thing), "{name}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [(u8, &[&str]); 2] = [(1, &["adresse e-mail", "prenom"]), (2, &["first name"])];

    #[test]
    fn a_word_means_the_same_however_it_is_written() {
        check(&WORDS);
        for (text, expected) in [
            ("Prénom", Some(1)),
            ("  ADRESSE   E-mail : ", Some(1)),
            ("First_Name", Some(2)),
            ("first.name", Some(2)),
            ("name", None),
            ("", None),
        ] {
            assert_eq!(meaning(text, &WORDS), expected, "{text}");
        }
    }

    #[test]
    fn the_first_column_of_a_kind_counts() {
        let row = Row {
            line: 1,
            cells: ["a", "b", "c"].map(str::to_owned).to_vec(),
        };
        let columns = [None, Some(1), Some(1), Some(2)];
        assert_eq!(below(&row, &columns, 1), "b");
        assert_eq!(below(&row, &columns, 2), "", "the row has no such cell");
        assert_eq!(below(&row, &columns, 3), "");
    }
}
