//! Every code an answer may carry has its sentence in both languages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meetings::{people_list, room_list};

/// Rust sources below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The first text between quotes, when it stands before anything but spaces and the status of an answer.
fn code(after: &str) -> Option<&str> {
    let after = after.trim_start();
    let after = after.strip_prefix("StatusCode::").map_or(after, |rest| {
        rest.split_once(',').map_or("", |(_, rest)| rest.trim_start())
    });
    let (code, _) = after.strip_prefix('"')?.split_once('"')?;
    let formed = code.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    formed.then_some(code)
}

fn codes() -> BTreeSet<String> {
    const MAKERS: [&str; 11] = [
        "Error::malformed(",
        "Error::not_signed_in(",
        "Error::forbidden(",
        "Error::missing(",
        "Error::wrong_state(",
        "Error::invalid(",
        "Error::too_large(",
        "Error::too_many(",
        "Error::unavailable(",
        "Error::fault(",
        "ApiError::new(",
    ];
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file)
            .expect("a source")
            .replace("Self::", "Error::");
        for maker in MAKERS {
            let made = text.split(maker).skip(1);
            found.extend(made.filter_map(code).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_code_has_its_sentence_in_both_languages() {
    let mut codes = codes();
    codes.extend(people_list::LineError::ALL.map(|error| error.code().to_owned()));
    codes.extend(room_list::LineError::ALL.map(|error| error.code().to_owned()));
    assert!(codes.len() > 15, "the sources are read: {codes:?}");
    for language in ["fr", "en"] {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../locales/{language}/errors.json"));
        let text = fs::read_to_string(file).expect("the sentences");
        let sentences: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let missing: Vec<_> = codes
            .iter()
            .filter(|code| sentences.get(code.as_str()).is_none())
            .collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
    }
}
