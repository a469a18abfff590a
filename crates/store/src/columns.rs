//! How values of the product's types stand in columns.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::door::{Access, Mark, Visitor};
use meetings::email::EmailAddress;
use meetings::language::Language;
use meetings::people::Role;
use meetings::sign_in::Digest;
use sea_orm::DeriveValueType;

use crate::error::StoreError;

/// Milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, DeriveValueType)]
pub(crate) struct Instant(pub(crate) i64);

impl From<Timestamp> for Instant {
    fn from(time: Timestamp) -> Self {
        Self(time.as_millisecond())
    }
}

impl Instant {
    /// The time; what lies beyond all calendars is the end of them.
    pub(crate) fn timestamp(self) -> Timestamp {
        let beyond = if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Timestamp::from_millisecond(self.0).unwrap_or(beyond)
    }
}

/// The time of an optional column.
pub(crate) fn maybe(instant: Option<Instant>) -> Option<Timestamp> {
    instant.map(Instant::timestamp)
}

/// An enumeration whose values are kept as words, so that a database can be read by people.
pub(crate) trait Word: Copy + PartialEq + Sized + 'static {
    /// Table and column, for the error about a word that is none.
    const COLUMN: &'static str;
    /// Each value and its word; words never change their meaning.
    const WORDS: &'static [(Self, &'static str)];

    /// The word of a value.
    fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(value, _)| *value == self);
        found.map(|(_, word)| *word).expect("every value has its word")
    }

    /// The value of a word.
    fn read(text: &str) -> Result<Self, StoreError> {
        let found = Self::WORDS.iter().find(|(_, word)| *word == text);
        let column = Self::COLUMN;
        found
            .map(|(value, _)| *value)
            .ok_or(StoreError::Damaged { column })
    }
}

impl Word for Role {
    const COLUMN: &'static str = "person.role";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Individual, "individual"),
        (Self::Member, "member"),
        (Self::Admin, "admin"),
        (Self::Owner, "owner"),
    ];
}

impl Word for Language {
    const COLUMN: &'static str = "language";
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Fr, "fr"), (Self::En, "en")];
}

impl Word for Access {
    const COLUMN: &'static str = "room.access";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Open, "open"),
        (Self::Knock, "knock"),
        (Self::Members, "members"),
        (Self::Locked, "locked"),
    ];
}

impl Word for Visitor {
    const COLUMN: &'static str = "visit.role";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Host, "host"),
        (Self::Member, "member"),
        (Self::Invited, "invited"),
        (Self::Stranger, "guest"),
        (Self::Operator, "operator"),
    ];
}

impl Word for Mark {
    const COLUMN: &'static str = "visit.past";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Entered, "entered"),
        (Self::Admitted, "admitted"),
        (Self::SentAway, "sent_away"),
    ];
}

/// A table's columns, as a module (`row` unless named) of the noun that keeps it.
macro_rules! table {
    ($table:literal, $($columns:tt)*) => {
        crate::columns::table!(row, $table, $($columns)*);
    };
    ($module:ident, $table:literal, key { $($key:ident: $key_type:ty),+ }, { $($column:ident: $type:ty),* $(,)? }) => {
        mod $module {
            #![allow(unreachable_pub)]

            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $(#[sea_orm(primary_key, auto_increment = false)] pub $key: $key_type,)+
                $(pub $column: $type,)*
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}
pub(crate) use table;

/// Reads an e-mail address we wrote.
pub(crate) fn email(text: &str, column: &'static str) -> Result<EmailAddress, StoreError> {
    EmailAddress::parse(text).map_err(|_| StoreError::Damaged { column })
}

/// Reads a name we wrote.
pub(crate) fn name(text: &str, column: &'static str) -> Result<DisplayName, StoreError> {
    DisplayName::parse(text).map_err(|_| StoreError::Damaged { column })
}

/// The first `most` characters of a text from outside, without the one character that PostgreSQL's texts cannot hold.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let kept = text.chars().take(most);
    kept.map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

/// Words that stand in one column with spaces between them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// Reads a digest we wrote.
pub(crate) fn digest(bytes: Vec<u8>, column: &'static str) -> Result<Digest, StoreError> {
    let bytes = bytes.try_into();
    bytes.map(Digest).map_err(|_| StoreError::Damaged { column })
}

/// Reads a digest we wrote, where there is one.
pub(crate) fn maybe_digest(
    bytes: Option<Vec<u8>>,
    column: &'static str,
) -> Result<Option<Digest>, StoreError> {
    bytes.map(|bytes| digest(bytes, column)).transpose()
}

/// Writes a digest.
pub(crate) fn bytes(digest: &Digest) -> Vec<u8> {
    digest.0.to_vec()
}
