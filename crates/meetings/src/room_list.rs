//! Lists of rooms of another product: which columns a table of links has, and what each of its lines would do.

use std::collections::HashMap;

use crate::address::{AddressError, RoomAddress};
use crate::columns::{Columns, below, meaning};
use crate::display_name::DisplayName;
use crate::door::Access;
use crate::email::EmailAddress;
use crate::id::PersonId;
use crate::people::Standing;
use crate::room_link::{called, path, words};
use crate::rooms::may_be_given;
use crate::table::{Row, Table};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Where the room was found until now, or the address it shall have.
    Link,
    /// What it is called.
    Name,
    /// The e-mail address of whose it will be.
    Owner,
    /// The padlock.
    Access,
}

impl Column {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Name => "name",
            Self::Owner => "owner",
            Self::Access => "access",
        }
    }
}

/// What people and other products write above columns.
const HEADERS: [(Column, &[&str]); 4] = [
    (
        Column::Link,
        &[
            "link",
            "url",
            "room link",
            "room url",
            "meeting link",
            "join url",
            "address",
            "room address",
            "lien",
            "lien de la salle",
            "lien de la reunion",
            "adresse",
            "adresse de la salle",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "room",
            "room name",
            "title",
            "topic",
            "nom",
            "nom de la salle",
            "salle",
            "salon",
            "titre",
            "intitule",
        ],
    ),
    (
        Column::Owner,
        &[
            "owner",
            "owner email",
            "owner e-mail",
            "host",
            "host email",
            "email",
            "e-mail",
            "mail",
            "proprietaire",
            "responsable",
            "responsable de la salle",
            "animateur",
            "courriel",
            "courriel du responsable",
            "adresse electronique",
            "adresse e-mail",
        ],
    ),
    (
        Column::Access,
        &[
            "access",
            "door",
            "acces",
            "porte",
            "qui entre",
            "verrou",
            "cadenas",
        ],
    ),
];

const ACCESSES: [(Access, &[&str]); 4] = [
    (Access::Open, &["open", "ouvert", "ouverte"]),
    (
        Access::Knock,
        &["", "knock", "frapper", "les membres entrent, les autres frappent"],
    ),
    (
        Access::Members,
        &[
            "members",
            "membres",
            "reserve aux membres",
            "reservee aux membres",
        ],
    ),
    (
        Access::Locked,
        &["locked", "verrouille", "verrouillee", "ferme", "fermee"],
    ),
];

/// A room of a list, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Which line of the file.
    pub line: u64,
    /// Where it was found until now.
    pub link: String,
    /// What it is called.
    pub name: String,
    /// By which its owner signs in.
    pub owner: String,
    /// Who enters.
    pub access: String,
}

/// A list of rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomList {
    /// The columns of the table, and what each was taken for; empty when it has no headers.
    pub columns: Vec<(String, Option<Column>)>,
    /// Its rooms.
    pub entries: Vec<Entry>,
}

/// No column of the table says where rooms are or how they are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no column is called link, address or name")]
pub struct NoLinkColumn;

impl RoomList {
    /// Finds the columns of a table by their headers; names alone are links, too. Plain lines need no header, and
    /// neither does a table whose first line holds a link: beside it stands the name, or an e-mail address.
    pub fn of(table: &Table) -> Result<Self, NoLinkColumn> {
        let needed = |column| matches!(column, Column::Link | Column::Name);
        let columns = Columns::of(table, &HEADERS, needed, guess);
        let Columns { headers, kinds, rows } = columns.ok_or(NoLinkColumn)?;
        Ok(Self {
            columns: headers,
            entries: rows.iter().map(|row| entry(row, &kinds)).collect(),
        })
    }
}

/// The columns of a row without headers, when it holds a link, or is one word that is no header.
fn guess(cells: &[String]) -> Option<Vec<Option<Column>>> {
    let link = match (cells.iter().position(|cell| path(cell).is_some()), cells) {
        (Some(link), _) => link,
        (None, [only]) if meaning(only, &HEADERS).is_none() => 0,
        _ => return None,
    };
    let guessed = |(index, cell): (usize, &String)| match cell {
        _ if index == link => Some(Column::Link),
        cell if EmailAddress::parse(cell).is_ok() => Some(Column::Owner),
        cell if !cell.is_empty() && meaning(cell, &ACCESSES).is_some() => Some(Column::Access),
        _ => Some(Column::Name),
    };
    Some(cells.iter().enumerate().map(guessed).collect())
}

fn entry(row: &Row, columns: &[Option<Column>]) -> Entry {
    let cell = |wanted| below(row, columns, wanted);
    Entry {
        line: row.line,
        link: cell(Column::Link),
        name: cell(Column::Name),
        owner: cell(Column::Owner),
        access: cell(Column::Access),
    }
}

/// What is known when a list is judged.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The addresses of rooms, by their [skeletons](RoomAddress::skeleton): the first is shown to people.
    pub addresses: HashMap<String, Vec<RoomAddress>>,
    /// People by their addresses.
    pub people: HashMap<EmailAddress, (PersonId, Standing)>,
}

/// What a line would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A room is made.
    Make(Candidate),
    /// A room answers to this address already, and stays as it is.
    Known(RoomAddress),
    /// No room can be made from it.
    Wrong(LineError),
}

/// A room that a list makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it will be found.
    pub address: RoomAddress,
    /// What it will be called.
    pub name: DisplayName,
    /// Whose it will be, when the list says.
    pub owner: Option<PersonId>,
    /// The padlock.
    pub access: Access,
}

/// Why no room can be made from a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Neither link nor name.
    #[error("the link is missing")]
    NoLink,
    /// Nothing in it can be spoken as an address.
    #[error("no address can be made of this link")]
    UnusableLink,
    /// One of our own words.
    #[error("this address is used by the server itself")]
    Reserved,
    /// It would be taken for another room's.
    #[error("this address looks too much like {of}")]
    LooksAlike {
        /// The address of the other.
        of: String,
    },
    /// The same address stands further up.
    #[error("line {first} has the same address")]
    Twice {
        /// Where.
        first: u64,
    },
    /// It would be taken for one further up.
    #[error("this address looks too much like that of line {first}")]
    LooksLikeLine {
        /// Where.
        first: u64,
    },
    /// Not a name that can be shown.
    #[error("this name cannot be shown")]
    InvalidName,
    /// Not an e-mail address.
    #[error("this is no e-mail address")]
    InvalidOwner,
    /// Nobody here has this e-mail address.
    #[error("nobody has this e-mail address")]
    UnknownOwner,
    /// Individuals and people who are deactivated get no rooms of others.
    #[error("this person cannot own rooms of the organisation")]
    CannotOwn,
    /// Not a position of the padlock.
    #[error("access is open, knock, members or locked")]
    UnknownAccess,
}

impl LineError {
    /// One of each, so that a test can see that each has its sentence.
    pub const ALL: [Self; 11] = [
        Self::NoLink,
        Self::UnusableLink,
        Self::Reserved,
        Self::LooksAlike { of: String::new() },
        Self::Twice { first: 1 },
        Self::LooksLikeLine { first: 1 },
        Self::InvalidName,
        Self::InvalidOwner,
        Self::UnknownOwner,
        Self::CannotOwn,
        Self::UnknownAccess,
    ];

    /// Stable; names the sentence a person reads.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLink => "line_no_link",
            Self::UnusableLink => "line_unusable_link",
            Self::Reserved => "reserved_address",
            Self::LooksAlike { .. } => "address_looks_alike",
            Self::Twice { .. } => "line_twice",
            Self::LooksLikeLine { .. } => "line_looks_like_line",
            Self::InvalidName => "line_invalid_name",
            Self::InvalidOwner => "line_invalid_email",
            Self::UnknownOwner => "line_unknown_owner",
            Self::CannotOwn => "cannot_own_rooms",
            Self::UnknownAccess => "line_unknown_access",
        }
    }
}

/// The address each entry means, for looking up what is known of it.
pub fn meant(entry: &Entry) -> Option<RoomAddress> {
    read(entry).ok().map(|(address, _)| address)
}

/// The address an entry means, and the words that name its room.
fn read(entry: &Entry) -> Result<(RoomAddress, String), LineError> {
    let words = match (entry.link.as_str(), entry.name.as_str()) {
        ("", "") => return Err(LineError::NoLink),
        ("", name) => name.to_owned(),
        (link, _) => words(link),
    };
    match RoomAddress::meant(&words) {
        Ok(address) => Ok((address, words)),
        Err(AddressError::Form) => Err(LineError::UnusableLink),
        Err(AddressError::Reserved) => Err(LineError::Reserved),
    }
}

/// What each entry would do, in their order.
pub fn judge(entries: &[Entry], known: &Known) -> Vec<Outcome> {
    let mut seen: HashMap<RoomAddress, u64> = HashMap::new();
    let mut looks: HashMap<String, u64> = HashMap::new();
    let mut outcome = |entry: &Entry| {
        let (address, words) = read(entry)?;
        if let Some(&first) = seen.get(&address) {
            return Err(LineError::Twice { first });
        }
        seen.insert(address.clone(), entry.line);
        let look = address.skeleton();
        match known.addresses.get(&look).map(Vec::as_slice) {
            Some(theirs) if theirs.contains(&address) => return Ok(Outcome::Known(address)),
            Some([shown, ..]) => {
                let of = shown.to_string();
                return Err(LineError::LooksAlike { of });
            }
            Some([]) | None => {}
        }
        if let Some(&first) = looks.get(&look) {
            return Err(LineError::LooksLikeLine { first });
        }
        looks.insert(look, entry.line);
        let name = match entry.name.as_str() {
            "" => called(&words, &address),
            name => DisplayName::parse(name).map_err(|_| LineError::InvalidName)?,
        };
        let owner = match entry.owner.as_str() {
            "" => None,
            text => {
                let email = EmailAddress::parse(text).map_err(|_| LineError::InvalidOwner)?;
                let (id, standing) = known.people.get(&email).ok_or(LineError::UnknownOwner)?;
                match may_be_given(*standing) {
                    true => Some(*id),
                    false => return Err(LineError::CannotOwn),
                }
            }
        };
        let access = meaning(&entry.access, &ACCESSES).ok_or(LineError::UnknownAccess)?;
        Ok(Outcome::Make(Candidate {
            address,
            name,
            owner,
            access,
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
    use crate::people::Role;

    fn list(text: &str) -> RoomList {
        RoomList::of(&Table::read(text.as_bytes()).expect("a table")).expect("a list")
    }

    fn address(text: &str) -> RoomAddress {
        RoomAddress::given(text).expect(text)
    }

    #[test]
    fn columns_are_known_in_french_and_english_and_in_any_order() {
        let expected = Entry {
            line: 2,
            link: "https://whereby.com/groupimo".to_owned(),
            name: "Groupimo".to_owned(),
            owner: "claire@example.org".to_owned(),
            access: "open".to_owned(),
        };
        for file in [
            "link,name,owner,access\nhttps://whereby.com/groupimo,Groupimo,claire@example.org,open",
            "Accès;Responsable;Nom de la salle;Lien\nopen;claire@example.org;Groupimo;https://whereby.com/groupimo",
            "Room URL\tCreated\tHost email\tRoom name\tDoor\nhttps://whereby.com/groupimo\t2020\t\
             claire@example.org\tGroupimo\topen",
        ] {
            assert_eq!(list(file).entries, std::slice::from_ref(&expected), "{file}");
        }
        let with_more = list("Lien;Créée le\nwhereby.com/a1;2020");
        assert_eq!(
            with_more.columns,
            [
                ("Lien".to_owned(), Some(Column::Link)),
                ("Créée le".to_owned(), None)
            ]
        );
    }

    #[test]
    fn plain_lines_and_short_tables_need_no_headers() {
        let plain = list("https://whereby.com/groupimo\n\nÉquipe d’été\n");
        let links: Vec<_> = plain
            .entries
            .iter()
            .map(|entry| (entry.line, entry.link.as_str()))
            .collect();
        assert_eq!(links, [(1, "https://whereby.com/groupimo"), (3, "Équipe d’été")]);
        assert!(plain.columns.is_empty());
        let beside = list("Groupimo;https://whereby.com/groupimo;claire@example.org;Ouverte").entries;
        assert_eq!(
            beside,
            [Entry {
                line: 1,
                link: "https://whereby.com/groupimo".to_owned(),
                name: "Groupimo".to_owned(),
                owner: "claire@example.org".to_owned(),
                access: "Ouverte".to_owned(),
            }]
        );
        let named = list("nom\nRéunion Syndic").entries;
        assert_eq!(meant(&named[0]), Some(address("reunion-syndic")));
        for file in ["courriel\na@example.org", "service;étage\nPaie;2"] {
            let table = Table::read(file.as_bytes()).expect("a table");
            assert_eq!(RoomList::of(&table), Err(NoLinkColumn), "{file}");
        }
    }

    #[test]
    fn each_line_is_made_known_or_wrong_with_its_reason() {
        let person = |number, role, active| {
            let standing = Standing {
                role,
                manages_integrations: false,
                active,
            };
            (Id::from(uuid::Uuid::from_u128(number)), standing)
        };
        let email = |text: &str| EmailAddress::parse(text).expect("an address");
        let addresses = ["accueil", "lumiere", "salle-12", "salle12"].map(address);
        let mut known = Known::default();
        for one in addresses {
            known.addresses.entry(one.skeleton()).or_default().push(one);
        }
        known.people = HashMap::from([
            (email("claire@example.org"), person(1, Role::Owner, true)),
            (email("seul@example.org"), person(2, Role::Individual, true)),
            (email("parti@example.org"), person(3, Role::Member, false)),
        ]);
        let table = [
            ("https://whereby.com/groupimo;;Claire@Example.org;", None),
            ("groupimo;Autre;;", Some(LineError::Twice { first: 2 })),
            ("group-imo;;;", Some(LineError::LooksLikeLine { first: 2 })),
            (";;claire@example.org;", Some(LineError::NoLink)),
            ("https://whereby.com/?x=1;;;", Some(LineError::UnusableLink)),
            ("日本;;;", Some(LineError::UnusableLink)),
            ("https://whereby.com/Settings;;;", Some(LineError::Reserved)),
            (
                "1umiere;;;",
                Some(LineError::LooksAlike {
                    of: "lumiere".to_owned(),
                }),
            ),
            ("a1;Z\u{202e}oe;;", Some(LineError::InvalidName)),
            ("a2;;claire;", Some(LineError::InvalidOwner)),
            ("a3;;nobody@example.org;", Some(LineError::UnknownOwner)),
            ("a4;;seul@example.org;", Some(LineError::CannotOwn)),
            ("a5;;parti@example.org;", Some(LineError::CannotOwn)),
            ("a6;;;grande", Some(LineError::UnknownAccess)),
            (";Comité d’été;;Réservée aux membres", None),
        ];
        let lines: Vec<_> = table.iter().map(|(line, _)| *line).collect();
        let file = format!("lien;nom;responsable;accès\n{}\n", lines.join("\n"));
        let judged = judge(&list(&file).entries, &known);
        assert_eq!(judged.len(), table.len());
        for ((line, wrong), outcome) in table.iter().zip(&judged) {
            match (wrong, outcome) {
                (Some(expected), Outcome::Wrong(error)) => assert_eq!(error, expected, "{line}"),
                (None, Outcome::Make(_)) => {}
                other => panic!("{line}: {other:?}"),
            }
        }
        let Outcome::Make(first) = &judged[0] else {
            panic!("the first is made");
        };
        assert_eq!(
            (first.owner, first.access),
            (Some(person(1, Role::Owner, true).0), Access::Knock)
        );
        let Outcome::Make(last) = &judged[14] else {
            panic!("the last is made");
        };
        assert_eq!(
            (last.name.as_str(), last.owner, last.access),
            ("Comité d’été", None, Access::Members)
        );
        let again = list("1umiere\nhttps://whereby.com/lumiere\nsalle-12\nsalle12").entries;
        let judged = judge(&again, &known);
        assert!(matches!(judged[0], Outcome::Wrong(LineError::LooksAlike { .. })));
        assert_eq!(
            judged[1..],
            ["lumiere", "salle-12", "salle12"].map(|known| Outcome::Known(address(known))),
            "what is there is known, whatever else is asked for, and under all its addresses"
        );
    }

    #[test]
    fn what_is_read_is_written_once() {
        crate::columns::check(&HEADERS);
        crate::columns::check(&ACCESSES);
    }
}
