//! Where the rows are.

use std::fmt;
use std::path::{Path, PathBuf};

/// The file name of the embedded database in the data folder, and in a backup.
pub(crate) const FILE_NAME: &str = "palabre.sqlite";

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of this machine: the default, for a single server.
    Sqlite(PathBuf),
    /// `postgres://…`: for several servers that act as one.
    Postgres(String),
}

impl Location {
    /// The embedded database of a data folder.
    pub fn in_folder(data: &Path) -> Self {
        Self::Sqlite(data.join(FILE_NAME))
    }
}

/// As text for people and logs, without the password that an address may hold.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// What stands between the scheme and the host goes, and so do parameters, which may hold a password too.
fn without_password(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{host}")
        }
        None => "a database address without ://".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_location_holds_no_password() {
        let url = "postgres://ada:hunter2@db.example.org:5432/palabre?password=hunter2&sslmode=require";
        let printed = format!("{:?}", Location::Postgres(url.to_owned()));
        assert_eq!(printed, "Location(postgres://db.example.org:5432/palabre)");
        let odd = Location::Postgres("host=db password=hunter2".to_owned());
        assert!(!odd.to_string().contains("hunter2"));
    }
}
