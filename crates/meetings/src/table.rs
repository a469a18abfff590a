//! Tables as spreadsheets write them: bytes of some encoding and some delimiter become rows of text, or the reason
//! why they do not.
//!
//! What cannot be read with certainty is refused with its line: a name with a wrong accent would stay wrong for years.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The largest file: a list of two thousand people has a tenth of it.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Rows at most, so that an import is answered within seconds.
pub const MAX_ROWS: usize = 2_000;

/// Cells of a row at most: exports of directories have some dozens.
const MAX_CELLS: usize = 200;

/// Characters of a cell at most; a quotation mark that is never closed swallows the rest of the file.
const MAX_CELL: usize = 1000;

/// How the bytes stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// What everything writes today.
    Utf8,
    /// "Unicode text" of older spreadsheets.
    Utf16,
    /// CSV of Excel in western Europe.
    Windows1252,
}

/// One row that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which line of the file it begins on, from 1.
    pub line: u64,
    /// Its cells, without the spaces around them.
    pub cells: Vec<String>,
}

/// A table that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// How its bytes stand for characters.
    pub encoding: Encoding,
    /// What stands between its cells.
    pub delimiter: char,
    /// Its rows, at least one; those without text are left out.
    pub rows: Vec<Row>,
}

/// Why bytes are no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Larger than [`MAX_BYTES`].
    #[error("the file has more than 2 MB")]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the file has more than {MAX_ROWS} rows")]
    TooLong,
    /// Not one cell with text.
    #[error("the file is empty")]
    Empty,
    /// A workbook, as `.xlsx`, `.ods` and `.xls` are.
    #[error("this is a workbook: save it as CSV UTF-8 first")]
    Workbook,
    /// Bytes that are no text in any encoding known here.
    #[error("this is no text: save it as CSV UTF-8 first")]
    NotText,
    /// Text whose accents are wrong already, or would be.
    #[error("the accents of line {line} cannot be read: save the file as CSV UTF-8")]
    Accents {
        /// From 1.
        line: u64,
    },
    /// A cell longer than anything that is meant.
    #[error("line {line} has a cell without an end: a quotation mark may not be closed")]
    Endless {
        /// From 1.
        line: u64,
    },
}

impl Table {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        if bytes.len() > MAX_BYTES {
            return Err(TableError::TooLarge);
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            return Err(TableError::Workbook);
        }
        let (text, encoding) = decode(bytes)?;
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let told = told_delimiter(&text);
        let delimiter = told.unwrap_or_else(|| likely_delimiter(&text));
        let mut rows = rows(&text, delimiter)?;
        if told.is_some() {
            rows.retain(|row| row.line > 1);
        }
        if rows.is_empty() {
            return Err(TableError::Empty);
        }
        Ok(Self {
            encoding,
            delimiter: char::from(delimiter),
            rows,
        })
    }
}

/// The text of the bytes, without a byte order mark.
fn decode(bytes: &[u8]) -> Result<(String, Encoding), TableError> {
    let utf_16 = |codec: &'static encoding_rs::Encoding, bytes| {
        let text = codec.decode_without_bom_handling_and_without_replacement(bytes);
        text.map(|text| (text.into_owned(), Encoding::Utf16))
            .ok_or(TableError::NotText)
    };
    let read = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => {
            let text = std::str::from_utf8(rest).map_err(|error| TableError::Accents {
                line: line_of(&rest[..error.valid_up_to()]),
            })?;
            (text.to_owned(), Encoding::Utf8)
        }
        [0xff, 0xfe, rest @ ..] => utf_16(UTF_16LE, rest)?,
        [0xfe, 0xff, rest @ ..] => utf_16(UTF_16BE, rest)?,
        _ if bytes.contains(&0) => utf_16(likely_utf_16(bytes), bytes)?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), Encoding::Utf8),
            Err(_) => (windows_1252(bytes)?, Encoding::Windows1252),
        },
    };
    match read.0.contains('\0') {
        true => Err(TableError::NotText),
        false => unspoilt(&read.0).map(|()| read),
    }
}

/// Latin text in UTF-16 has a zero in every pair of bytes; without a mark, its place tells which half comes first.
fn likely_utf_16(bytes: &[u8]) -> &'static encoding_rs::Encoding {
    let zeros_at = |place: usize| bytes.chunks_exact(2).filter(|pair| pair[place] == 0).count();
    if zeros_at(0) > zeros_at(1) {
        UTF_16BE
    } else {
        UTF_16LE
    }
}

/// Reads Windows-1252, which every sequence of bytes could be: only what people of western Europe write passes, for
/// the encodings of old Macintoshes and of DOS would give the same bytes other letters.
fn windows_1252(bytes: &[u8]) -> Result<String, TableError> {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let characters: Vec<char> = text.chars().collect();
    for (index, &c) in characters.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1).copied();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let plausible = match c {
            // A capital in the midst of small letters is the é, ä or ü of another encoding.
            'Š' | 'Ž' | 'Œ' | 'Ÿ' => {
                !letter(before) || before.is_some_and(char::is_uppercase) && !small(after)
            }
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'š' | 'ž' | 'œ' => true,
            '‘' | '“' | '”' => !(letter(before) && letter(after)),
            '’' | '–' | '—' | '…' | '€' | '«' | '»' | '°' | 'º' | 'ª' | '·' | '\u{a0}' => {
                true
            }
            _ => false,
        };
        if !plausible {
            // Each byte is one character.
            return Err(TableError::Accents {
                line: line_of(&bytes[..index]),
            });
        }
    }
    Ok(text.into_owned())
}

fn small(c: Option<char>) -> bool {
    c.is_some_and(char::is_lowercase)
}

/// Refuses text that somebody's program has spoilt before: UTF-8 read as Windows-1252 and saved (`Ã©`), and marks
/// for what could not be read.
fn unspoilt(text: &str) -> Result<(), TableError> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let spoilt = match before {
            'Ã' | 'Â' => matches!(c, '\u{80}'..='\u{bf}'),
            'â' => matches!(c, '€' | '\u{80}'),
            _ => c == '\u{fffd}',
        };
        if spoilt {
            return Err(TableError::Accents {
                line: line_of(&text.as_bytes()[..at]),
            });
        }
        before = c;
    }
    Ok(())
}

/// The line that begins or goes on after these bytes, from 1.
fn line_of(before: &[u8]) -> u64 {
    before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// What can stand between cells. When two stand equally often, the first is meant: spreadsheets in French write it.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];

/// What Excel writes as a line of its own: `sep=;`.
fn told_delimiter(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim().trim_matches('"');
    let sign = line.strip_prefix("sep=")?.bytes().next()?;
    DELIMITERS.contains(&sign).then_some(sign)
}

/// The sign that stands most often in the first line with text, outside of quotation marks.
fn likely_delimiter(text: &str) -> u8 {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    // Every second piece between quotation marks stands inside them.
    let outside: String = line.split('"').step_by(2).collect();
    let most = DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|sign| outside.matches(char::from(*sign)).count());
    most.expect("there are delimiters")
}

fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        // Text in memory can neither fail to be read nor hold what is no UTF-8.
        let record = record.map_err(|_| TableError::NotText)?;
        // A record is said to begin before the empty lines in front of it.
        let told = record.position().map_or(0, |position| position.byte() as usize);
        let begins = told + text[told..].find(|c| c != '\n').unwrap_or_default();
        line += text[counted..begins].matches('\n').count() as u64;
        counted = begins;
        let cells: Vec<String> = record
            .iter()
            .take(MAX_CELLS)
            .map(|cell| cell.trim().to_owned())
            .collect();
        if cells.iter().any(|cell| cell.chars().count() > MAX_CELL) {
            return Err(TableError::Endless { line });
        }
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() == MAX_ROWS + 1 {
            return Err(TableError::TooLong);
        }
        rows.push(Row { line, cells });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let table = Table::read(bytes).expect("a table");
        table.rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn every_encoding_a_spreadsheet_writes_gives_the_same_names() {
        let text = "nom;courriel\r\nÉloïse Lefèvre-Cœur;eloise@example.org\r\n";
        let utf_16 = |swap: bool| -> Vec<u8> {
            let order = |unit: u16| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            };
            text.encode_utf16().flat_map(order).collect()
        };
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let windows = WINDOWS_1252.encode(text).0.into_owned();
        let files = [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (
                marked(&[0xef, 0xbb, 0xbf], text.as_bytes().to_vec()),
                Encoding::Utf8,
            ),
            (utf_16(false), Encoding::Utf16),
            (utf_16(true), Encoding::Utf16),
            (marked(&[0xff, 0xfe], utf_16(false)), Encoding::Utf16),
            (marked(&[0xfe, 0xff], utf_16(true)), Encoding::Utf16),
            (windows, Encoding::Windows1252),
        ];
        for (bytes, encoding) in files {
            let table = Table::read(&bytes).expect("a table");
            assert_eq!(table.encoding, encoding);
            assert_eq!(
                table.rows[1].cells,
                ["Éloïse Lefèvre-Cœur", "eloise@example.org"],
                "{encoding:?}"
            );
            assert_eq!((table.rows[0].line, table.rows[1].line), (1, 2));
        }
    }

    #[test]
    fn accents_of_other_encodings_are_refused_with_their_line_and_never_guessed() {
        // What an old Macintosh writes for é, è, ç and ü, and what DOS writes for é.
        for (name, spelt) in [
            (&b"Ren\x8e"[..], "René, Macintosh"),
            (b"H\x8el\x8fne", "Hélène, Macintosh"),
            (b"Fran\x8dois", "François, Macintosh"),
            (b"M\x9fller", "Müller, Macintosh"),
            (b"No\x91l", "Noël, Macintosh"),
            (b"Andr\x82", "André, DOS"),
        ] {
            let file = [b"nom,courriel\n", name, b",a@example.org\n"].concat();
            assert_eq!(
                Table::read(&file),
                Err(TableError::Accents { line: 2 }),
                "{spelt}"
            );
        }
        for spoilt in ["RenÃ©", "lâ€™Ã©quipe", "Andr\u{fffd}", "Ã\u{a0} Lyon"] {
            let file = format!("nom\n\n{spoilt}\n");
            assert_eq!(
                Table::read(file.as_bytes()),
                Err(TableError::Accents { line: 3 }),
                "{spoilt}"
            );
        }
        let broken = [&[0xef, 0xbb, 0xbf][..], b"nom\nRen\xe9\n"].concat();
        assert_eq!(Table::read(&broken), Err(TableError::Accents { line: 2 }));
    }

    #[test]
    fn names_of_western_europe_pass_in_windows_1252() {
        for name in [
            "Škoda",
            "Saša",
            "ŒUVRE",
            "Œuvre",
            "D’Œil",
            "Ÿ",
            "Jean‑",
            "O’Brien",
            "« Léa »",
            "Zoë",
            "ŽELJKO",
        ] {
            let (bytes, _, unknown) = WINDOWS_1252.encode(name);
            if !unknown {
                let file = [b"nom\n", bytes.as_ref(), b"\n\xe9\n"].concat();
                assert_eq!(cells(&file)[1], [name]);
            }
        }
    }

    #[test]
    fn the_delimiter_is_found_and_quotation_marks_are_heeded() {
        for (file, delimiter) in [
            ("a;b\n1;2", ';'),
            ("a,b\n1,2", ','),
            ("a\tb\n1\t2", '\t'),
            ("\"a;;;\",b\n1,2", ','),
            ("sep=,\na,b;c\n", ','),
            ("one", ';'),
        ] {
            let table = Table::read(file.as_bytes()).expect(file);
            assert_eq!(table.delimiter, delimiter, "{file}");
        }
        assert_eq!(
            cells(b"nom;courriel\n\"Blanc; J\"\"\";  a@example.org \n\n ; \n"),
            [vec!["nom", "courriel"], vec!["Blanc; J\"", "a@example.org"]]
        );
    }

    #[test]
    fn a_row_knows_its_line_whatever_stands_between() {
        let lines = |file: &str| {
            let table = Table::read(file.as_bytes()).expect(file);
            table.rows.iter().map(|row| row.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("sep=;\nnom\nAda\n"), [2, 3]);
        assert_eq!(lines("\n\nnom\n\n;;\nAda"), [3, 6]);
        assert_eq!(lines("nom\r\n\r\n\"Ada\r\nLovelace\"\r\nZoe"), [1, 3, 5]);
        assert_eq!(lines("nom\rAda\rZoe"), [1, 2, 3]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_reason() {
        assert_eq!(Table::read(b""), Err(TableError::Empty));
        assert_eq!(Table::read(b"\n ; \n"), Err(TableError::Empty));
        assert_eq!(Table::read(b"PK\x03\x04rest"), Err(TableError::Workbook));
        assert_eq!(Table::read(b"\xd0\xcf\x11\xe0rest"), Err(TableError::Workbook));
        assert_eq!(Table::read(b"GIF89a\0\0\x01\0\0"), Err(TableError::NotText));
        assert_eq!(Table::read(&vec![b'a'; MAX_BYTES + 1]), Err(TableError::TooLarge));
        assert_eq!(
            Table::read("a\n".repeat(MAX_ROWS + 2).as_bytes()),
            Err(TableError::TooLong)
        );
        let endless = format!("nom\n\"Ada\n{}", "b@example.org\n".repeat(100));
        assert_eq!(
            Table::read(endless.as_bytes()),
            Err(TableError::Endless { line: 2 })
        );
    }
}
