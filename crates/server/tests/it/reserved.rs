//! No room is called like a route of ours: of the server, of the web client, or a word that stands where an address
//! would.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meetings::address::{AddressError, RoomAddress};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The texts between quotes that follow `before` in every source below a folder, or in one file.
fn quoted(place: &Path, before: &str, quote: char, found: &mut Vec<String>) {
    if place.is_dir() {
        for entry in fs::read_dir(place).expect("a folder").flatten() {
            quoted(&entry.path(), before, quote, found);
        }
        return;
    }
    let text = fs::read_to_string(place).expect("a source");
    let texts = text.split(before).skip(1).filter_map(|rest| {
        let (text, _) = rest.trim_start().strip_prefix(quote)?.split_once(quote)?;
        Some(text.to_owned())
    });
    found.extend(texts);
}

/// The first words of paths, and the words that stand where an address would.
fn words(paths: &[String]) -> BTreeSet<String> {
    let fixed = |part: &&str| !part.is_empty() && !part.contains(['{', ':', '*', '.']);
    let beside = |path: &String| path.strip_prefix("/api/v1/rooms/").map(str::to_owned);
    paths
        .iter()
        .cloned()
        .chain(paths.iter().filter_map(beside))
        .filter_map(|path| {
            let first = path.trim_start_matches('/').split('/').next()?;
            Some(first).filter(fixed).map(str::to_owned)
        })
        .collect()
}

fn all_are_reserved(words: &BTreeSet<String>) {
    for word in words {
        assert_eq!(
            RoomAddress::parse(word),
            Err(AddressError::Reserved),
            "a room could be called {word}, which is a route: add it to meetings::address::RESERVED"
        );
    }
}

#[test]
fn no_room_is_called_like_a_route_of_the_server() {
    let mut paths = Vec::new();
    quoted(&here("src"), ".route(", '"', &mut paths);
    let words = words(&paths);
    for known in ["api", "rtc", "twirp", "hooks", "healthz", "metrics"] {
        assert!(words.contains(known), "the sources are read: {words:?}");
    }
    all_are_reserved(&words);
}

#[test]
fn no_room_is_called_like_a_page() {
    let mut paths = Vec::new();
    quoted(&here("../../web/src/routes.ts"), "path:", '\'', &mut paths);
    let words = words(&paths);
    assert!(paths.len() > 2, "the list is read: {paths:?}");
    all_are_reserved(&words);
}

#[test]
fn no_room_is_called_like_a_folder_of_files() {
    let folders = fs::read_dir(here("../../web/public")).expect("the files");
    let names: Vec<_> = folders
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!names.is_empty());
    let without_dots: Vec<_> = names.into_iter().filter(|name| !name.contains('.')).collect();
    all_are_reserved(&words(&without_dots));
}
