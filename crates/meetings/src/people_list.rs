//! Lists of people to add: which columns a table has, and what each of its lines would do.

use std::collections::{HashMap, HashSet};

use crate::columns::{Columns, below, meaning};
use crate::display_name::DisplayName;
use crate::email::EmailAddress;
use crate::id::EstablishmentId;
use crate::people::Role;
use crate::search::folded;
use crate::table::{Row, Table};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// By which somebody signs in.
    Email,
    /// The whole name.
    Name,
    /// The first name, when the last stands in a column of its own.
    FirstName,
    /// The last name.
    LastName,
    /// What somebody will be.
    Role,
    /// Where they belong.
    Establishment,
}

impl Column {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Role => "role",
            Self::Establishment => "establishment",
        }
    }
}

/// What people and their programs write above columns, folded and with single spaces.
const HEADERS: [(Column, &[&str]); 6] = [
    (
        Column::Email,
        &[
            "email",
            "e-mail",
            "mail",
            "courriel",
            "email address",
            "e-mail address",
            "adresse email",
            "adresse e-mail",
            "adresse mail",
            "adresse electronique",
            "adresse de courriel",
            "adresse de messagerie",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "full name",
            "display name",
            "nom complet",
            "nom et prenom",
            "prenom et nom",
            "nom prenom",
            "prenom nom",
        ],
    ),
    (
        Column::FirstName,
        &["first name", "firstname", "given name", "prenom", "prenoms"],
    ),
    (
        Column::LastName,
        &[
            "last name",
            "lastname",
            "surname",
            "family name",
            "nom",
            "nom de famille",
        ],
    ),
    (Column::Role, &["role"]),
    (
        Column::Establishment,
        &["establishment", "site", "office", "etablissement", "agence"],
    ),
];

const ROLES: [(Role, &[&str]); 4] = [
    (Role::Owner, &["owner", "proprietaire"]),
    (
        Role::Admin,
        &[
            "admin",
            "administrator",
            "administration",
            "administrateur",
            "administratrice",
        ],
    ),
    (Role::Member, &["", "member", "membre"]),
    (
        Role::Individual,
        &[
            "individual",
            "individual account",
            "individuel",
            "individuelle",
            "compte individuel",
        ],
    ),
];

/// Somebody of a list, as they are written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Which line of the file.
    pub line: u64,
    /// By which they sign in.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// What they will be.
    pub role: String,
    /// Where they belong.
    pub establishment: String,
}

/// A list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleList {
    /// The columns of the table, and what each was taken for; empty when it has no headers.
    pub columns: Vec<(String, Option<Column>)>,
    /// Its people.
    pub entries: Vec<Entry>,
}

/// No column of the table holds e-mail addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no column is called email or courriel")]
pub struct NoEmailColumn;

impl PeopleList {
    /// Finds the columns of a table by their headers. A table of one or two columns without headers is read too, when
    /// its first line holds an address.
    pub fn of(table: &Table) -> Result<Self, NoEmailColumn> {
        let columns = Columns::of(table, &HEADERS, |column| column == Column::Email, guess);
        let Columns { headers, kinds, rows } = columns.ok_or(NoEmailColumn)?;
        Ok(Self {
            columns: headers,
            entries: rows.iter().map(|row| entry(row, &kinds)).collect(),
        })
    }
}

/// The columns of a row without headers, when it holds an address.
fn guess(cells: &[String]) -> Option<Vec<Option<Column>>> {
    let email = cells.iter().position(|cell| EmailAddress::parse(cell).is_ok())?;
    let guessed = |index| match index == email {
        true => Some(Column::Email),
        false => (cells.len() == 2).then_some(Column::Name),
    };
    Some((0..cells.len()).map(guessed).collect())
}

fn entry(row: &Row, columns: &[Option<Column>]) -> Entry {
    let cell = |wanted| below(row, columns, wanted);
    let whole = cell(Column::Name);
    let parts = [cell(Column::FirstName), cell(Column::LastName)];
    Entry {
        line: row.line,
        email: cell(Column::Email),
        name: match whole.is_empty() {
            true => parts.join(" ").trim().to_owned(),
            false => whole,
        },
        role: cell(Column::Role),
        establishment: cell(Column::Establishment),
    }
}

/// What is known of the organisation when a list is judged.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Addresses of people who have an account.
    pub people: HashSet<EmailAddress>,
    /// Establishments by their folded names.
    pub establishments: HashMap<String, EstablishmentId>,
    /// Whoever imports may make owners.
    pub owners_allowed: bool,
}

/// What a line would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody is added.
    Add(Candidate),
    /// They have an account, which stays as it is.
    Known,
    /// Nobody can be added from it.
    Wrong(LineError),
}

/// Somebody a list adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// By which they sign in.
    pub email: EmailAddress,
    /// What they are called, when the list says.
    pub name: Option<DisplayName>,
    /// What they will be.
    pub role: Role,
    /// Where they belong.
    pub establishment: Option<EstablishmentId>,
}

/// Why nobody can be added from a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// No address.
    #[error("the e-mail address is missing")]
    NoEmail,
    /// Not an address.
    #[error("this is no e-mail address")]
    InvalidEmail,
    /// Not a name that can be shown.
    #[error("this name cannot be shown")]
    InvalidName,
    /// Not a role.
    #[error("a role is owner, admin, member or individual")]
    UnknownRole,
    /// Only owners make owners.
    #[error("only an owner adds owners")]
    OwnersOnly,
    /// No establishment is called so.
    #[error("no establishment is called so")]
    UnknownEstablishment,
    /// The same address stands further up.
    #[error("line {first} has the same address")]
    Twice {
        /// Where.
        first: u64,
    },
}

impl LineError {
    /// One of each, so that a test can see that each has its sentence.
    pub const ALL: [Self; 7] = [
        Self::NoEmail,
        Self::InvalidEmail,
        Self::InvalidName,
        Self::UnknownRole,
        Self::OwnersOnly,
        Self::UnknownEstablishment,
        Self::Twice { first: 1 },
    ];

    /// Stable; names the sentence a person reads.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoEmail => "line_no_email",
            Self::InvalidEmail => "line_invalid_email",
            Self::InvalidName => "line_invalid_name",
            Self::UnknownRole => "line_unknown_role",
            Self::OwnersOnly => "line_owners_only",
            Self::UnknownEstablishment => "line_unknown_establishment",
            Self::Twice { .. } => "line_twice",
        }
    }
}

/// What each entry would do, in their order.
pub fn judge(entries: &[Entry], known: &Known) -> Vec<Outcome> {
    let mut seen: HashMap<EmailAddress, u64> = HashMap::new();
    let mut outcome = |entry: &Entry| {
        let email = match entry.email.as_str() {
            "" => return Err(LineError::NoEmail),
            text => EmailAddress::parse(text).map_err(|_| LineError::InvalidEmail)?,
        };
        if let Some(&first) = seen.get(&email) {
            return Err(LineError::Twice { first });
        }
        seen.insert(email.clone(), entry.line);
        if known.people.contains(&email) {
            return Ok(Outcome::Known);
        }
        let role = meaning(&entry.role, &ROLES).ok_or(LineError::UnknownRole)?;
        if role == Role::Owner && !known.owners_allowed {
            return Err(LineError::OwnersOnly);
        }
        let name = match entry.name.as_str() {
            "" => None,
            text => Some(DisplayName::parse(text).map_err(|_| LineError::InvalidName)?),
        };
        let establishment = match entry.establishment.as_str() {
            "" => None,
            text => {
                let found = known.establishments.get(&folded(text));
                Some(*found.ok_or(LineError::UnknownEstablishment)?)
            }
        };
        Ok(Outcome::Add(Candidate {
            email,
            name,
            role,
            establishment,
        }))
    };
    let judged = entries
        .iter()
        .map(|entry| outcome(entry).unwrap_or_else(Outcome::Wrong));
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    fn list(text: &str) -> PeopleList {
        PeopleList::of(&Table::read(text.as_bytes()).expect("a table")).expect("a list")
    }

    fn only(text: &str) -> Entry {
        let mut entries = list(text).entries;
        assert_eq!(entries.len(), 1);
        entries.remove(0)
    }

    #[test]
    fn columns_are_known_in_french_and_english_and_in_any_order() {
        let expected = Entry {
            line: 2,
            email: "eloise@example.org".to_owned(),
            name: "Éloïse Martin".to_owned(),
            role: "admin".to_owned(),
            establishment: "Lyon".to_owned(),
        };
        for file in [
            "email,name,role,establishment\neloise@example.org,Éloïse Martin,admin,Lyon",
            "Rôle;Établissement;Nom;Courriel\nadmin;Lyon;Éloïse Martin;eloise@example.org",
            "Nom\tPrénom\tTéléphone\tAdresse e-mail\tROLE\tSite\nMartin\tÉloïse\t\
             04\teloise@example.org\tadmin\tLyon",
            "First_Name,Last_Name,E-mail,Role,Office\nÉloïse,Martin,eloise@example.org,admin,Lyon",
        ] {
            assert_eq!(only(file), expected, "{file}");
        }
        let with_phone = list("Courriel;Téléphone\na@example.org;04");
        assert_eq!(
            with_phone.columns,
            [
                ("Courriel".to_owned(), Some(Column::Email)),
                ("Téléphone".to_owned(), None)
            ]
        );
    }

    #[test]
    fn a_short_list_needs_no_headers() {
        let addresses = list("a@example.org\nb@example.org");
        assert_eq!(addresses.entries.len(), 2);
        assert_eq!(addresses.entries[0].line, 1);
        let named = only("Ada Lovelace;ada@example.org");
        assert_eq!(
            (named.name.as_str(), named.email.as_str()),
            ("Ada Lovelace", "ada@example.org")
        );
        let table = Table::read(b"nom;service\nAda;Paie").expect("a table");
        assert_eq!(PeopleList::of(&table), Err(NoEmailColumn));
    }

    #[test]
    fn a_line_with_cells_missing_is_a_line_without_those_values() {
        let entries = list("name,email,role\nAda,ada@example.org\nZoe").entries;
        assert_eq!((entries[0].role.as_str(), entries[1].email.as_str()), ("", ""));
    }

    #[test]
    fn each_line_is_added_known_or_wrong_with_its_reason() {
        let lyon: EstablishmentId = Id::from(uuid::Uuid::from_u128(1));
        let known = Known {
            people: HashSet::from([EmailAddress::parse("claire@example.org").expect("an address")]),
            establishments: HashMap::from([("lyon part-dieu".to_owned(), lyon)]),
            owners_allowed: false,
        };
        let table = [
            ("Ada;ada@example.org;;", None),
            ("Ada;ADA@example.org;;", Some(LineError::Twice { first: 2 })),
            ("Zoe;;;", Some(LineError::NoEmail)),
            ("Zoe;zoe(at)example.org;;", Some(LineError::InvalidEmail)),
            ("Z\u{202e}oe;zoe1@example.org;;", Some(LineError::InvalidName)),
            ("Zoe;zoe2@example.org;chef;", Some(LineError::UnknownRole)),
            ("Zoe;zoe3@example.org;Propriétaire;", Some(LineError::OwnersOnly)),
            (
                "Zoe;zoe4@example.org;;Nice",
                Some(LineError::UnknownEstablishment),
            ),
            ("Zoe;zoe5@example.org;ADMINISTRATRICE;LYON Part-Dieu", None),
        ];
        let lines: Vec<_> = table.iter().map(|(line, _)| *line).collect();
        let file = format!("nom;courriel;rôle;établissement\n{}\n", lines.join("\n"));
        let entries = list(&file).entries;
        let judged = judge(&entries, &known);
        for ((line, wrong), outcome) in table.iter().zip(&judged) {
            match (wrong, outcome) {
                (Some(expected), Outcome::Wrong(error)) => assert_eq!(error, expected, "{line}"),
                (None, Outcome::Add(_)) => {}
                other => panic!("{line}: {other:?}"),
            }
        }
        let Outcome::Add(last) = &judged[8] else {
            panic!("the last is added");
        };
        assert_eq!((last.role, last.establishment), (Role::Admin, Some(lyon)));
        let again = list("nom;courriel\nAutre nom;Claire@example.org").entries;
        assert_eq!(judge(&again, &known), [Outcome::Known]);
        let owners = Known {
            owners_allowed: true,
            ..known
        };
        let made = judge(&list("email,role\no@example.org,owner").entries, &owners);
        assert!(matches!(&made[0], Outcome::Add(one) if one.role == Role::Owner));
    }

    #[test]
    fn what_is_read_is_written_once() {
        crate::columns::check(&HEADERS);
        crate::columns::check(&ROLES);
    }
}
