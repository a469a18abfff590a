//! What is remembered: the database, the data folder, and the clock that dates it.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use store::{Location, Store, StoreError};

use super::{Check, Finding, Verdict};

/// A database that takes longer to answer is as good as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Each click waits for several answers: from here on people feel it.
const SLOW: Duration = Duration::from_millis(200);

/// Less free space than this, and the next files are refused soon.
const FULL: u64 = 200 << 20;

/// Less than this is used up by a day of writing, backups included.
const NEARLY_FULL: u64 = 2 << 30;

/// Sign-in codes and signed requests of others are good for minutes: clocks must agree better than that.
const CLOCKS_AGREE: SignedDuration = SignedDuration::from_secs(5);

pub(super) async fn database(store: Result<&Store, &StoreError>) -> Finding {
    let finding = |verdict, code| Finding::new(Check::Database, verdict, code);
    let store = match store {
        Ok(store) => store,
        Err(error) => return finding(Verdict::Bad, "database_away").with("reason", error),
    };
    let began = Instant::now();
    match tokio::time::timeout(PATIENCE, store.begin_read()).await {
        Err(_) => finding(Verdict::Bad, "database_silent").with("seconds", PATIENCE.as_secs()),
        Ok(Err(error)) => finding(Verdict::Bad, "database_away").with("reason", error),
        Ok(Ok(_)) => {
            let took = began.elapsed();
            let (verdict, code) = match took > SLOW {
                true => (Verdict::Warning, "database_slow"),
                false => (Verdict::Good, "database_good"),
            };
            let kind = match store.location() {
                Location::Sqlite(_) => "SQLite",
                Location::Postgres(_) => "PostgreSQL",
            };
            finding(verdict, code)
                .with("kind", kind)
                .with("milliseconds", took.as_millis())
        }
    }
}

pub(super) async fn folder(data: &Path) -> Finding {
    let (folder, probed) = (data.to_owned(), data.to_owned());
    // A disk that hangs holds up this thread, and nobody else's.
    let facts = tokio::task::spawn_blocking(move || probe(&probed)).await;
    let facts = facts.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
    judge_folder(&folder, facts)
}

/// What a look at the data folder tells.
struct FolderFacts {
    /// Bytes that can still be written.
    free: u64,
    /// The key file, when others than its owner may read it.
    open_key: Option<PathBuf>,
}

fn probe(folder: &Path) -> io::Result<FolderFacts> {
    let probe = folder.join(format!(".palabre-doctor-{}", std::process::id()));
    let written = fs::write(&probe, b"palabre doctor");
    let removed = fs::remove_file(&probe);
    written.and(removed)?;
    let space = rustix::fs::statvfs(folder)?;
    let key = folder.join(store::secrets::FILE_NAME);
    let open = fs::metadata(&key).is_ok_and(|key| key.permissions().mode() & 0o077 != 0);
    Ok(FolderFacts {
        free: space.f_bavail.saturating_mul(space.f_frsize),
        open_key: open.then_some(key),
    })
}

fn judge_folder(folder: &Path, facts: io::Result<FolderFacts>) -> Finding {
    let finding = |verdict, code| Finding::new(Check::Folder, verdict, code).with("folder", folder.display());
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => return finding(Verdict::Bad, "folder_not_writable").with("reason", error),
    };
    let (verdict, code) = match facts.free {
        ..FULL => (Verdict::Bad, "folder_full"),
        FULL..NEARLY_FULL => (Verdict::Warning, "folder_nearly_full"),
        NEARLY_FULL.. => match facts.open_key {
            Some(key) => return finding(Verdict::Warning, "key_open").with("file", key.display()),
            None => (Verdict::Good, "folder_good"),
        },
    };
    // Whole numbers: languages write fractions differently.
    finding(verdict, code)
        .with("gigabytes", facts.free / 1_000_000_000)
        .with("megabytes", facts.free / 1_000_000)
}

pub(super) async fn clock(store: Result<&Store, &StoreError>) -> Finding {
    let theirs = match store {
        Ok(store) => tokio::time::timeout(PATIENCE, store.clock()).await.ok(),
        Err(_) => None,
    };
    let ours = Timestamp::now();
    judge_clock(ours, theirs.and_then(Result::ok).flatten())
}

/// `theirs` is the database server's clock, when there is one to ask.
fn judge_clock(ours: Timestamp, theirs: Option<Timestamp>) -> Finding {
    let finding = |verdict, code| Finding::new(Check::Clock, verdict, code);
    let Some(theirs) = theirs else {
        return finding(Verdict::Note, "clock_shown").with("time", ours.strftime("%F %T UTC"));
    };
    let apart = ours.duration_since(theirs).abs();
    match apart > CLOCKS_AGREE {
        true => finding(Verdict::Bad, "clock_differs").with("seconds", apart.as_secs()),
        false => finding(Verdict::Good, "clock_agrees"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(free: u64, open_key: Option<&str>) -> &'static str {
        let facts = FolderFacts {
            free,
            open_key: open_key.map(PathBuf::from),
        };
        judge_folder(Path::new("/srv"), Ok(facts)).code
    }

    #[test]
    fn a_folder_is_judged_by_its_room_first_and_then_by_who_reads_its_key() {
        assert_eq!(folder_with(10 << 30, None), "folder_good");
        assert_eq!(folder_with(10 << 30, Some("/srv/secret.key")), "key_open");
        assert_eq!(
            folder_with(1 << 30, Some("/srv/secret.key")),
            "folder_nearly_full"
        );
        assert_eq!(folder_with(1 << 20, None), "folder_full");
        let error = Err(io::ErrorKind::PermissionDenied.into());
        assert_eq!(judge_folder(Path::new("/srv"), error).code, "folder_not_writable");
    }

    #[tokio::test]
    async fn a_look_at_a_folder_leaves_nothing_behind() {
        let place = tempfile::tempdir().expect("a folder");
        let found = folder(place.path()).await;
        assert!(found.code.starts_with("folder_"), "{found:?}");
        assert_ne!(found.code, "folder_not_writable");
        assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 0);
        assert_eq!(
            folder(&place.path().join("nothing")).await.code,
            "folder_not_writable"
        );
    }

    #[test]
    fn clocks_that_are_minutes_apart_are_said_to_be() {
        let ours: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
        let after = |seconds| Some(ours + SignedDuration::from_secs(seconds));
        assert_eq!(judge_clock(ours, None).fields["time"], "2026-11-21 10:00:00 UTC");
        assert_eq!(judge_clock(ours, after(3)).code, "clock_agrees");
        for seconds in [-90, 90] {
            let found = judge_clock(ours, after(seconds));
            assert_eq!(
                (found.code, found.fields["seconds"].as_str()),
                ("clock_differs", "90")
            );
        }
    }
}
