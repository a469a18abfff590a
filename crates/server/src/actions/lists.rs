//! Lists that are imported: what is told of each before and after.

use meetings::table::Encoding;

/// Lines that are carried out in one transaction. While it lasts nobody else writes to a SQLite database: so many take
/// some tenths of a second.
pub const AT_ONCE: usize = 200;

/// What a list does, or would do.
#[derive(Clone, Debug)]
pub struct Report<Column, Line> {
    /// How the file was read.
    pub encoding: Encoding,
    /// What stands between its cells.
    pub delimiter: char,
    /// Its columns, and what each was taken for; empty for a list without headers.
    pub columns: Vec<(String, Option<Column>)>,
    /// Its lines and what they do.
    pub lines: Vec<Line>,
}
