//! Every code an answer may carry has its sentence in both languages, and so has all that the audit trail tells.

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

/// `"room.created"`: two words of ours between quotes.
fn deeds(text: &str) -> impl Iterator<Item = &str> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(move |said| {
        said.split_once('.')
            .is_some_and(|(noun, verb)| word(noun) && word(verb))
    })
}

/// The names of what a deed tells besides, where they are written out.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let of_object = text.split("details: json!({").skip(1).flat_map(|rest| {
        let (object, _) = rest.split_once("})").unwrap_or((rest, ""));
        object.split('"').skip(1).step_by(2)
    });
    let of_views = text.split("(\"").skip(1).filter_map(|rest| {
        let (field, rest) = rest.split_once('"')?;
        let value = rest.strip_prefix(',')?.trim_start();
        value.starts_with("json!(").then_some(field)
    });
    of_object.chain(of_views)
}

#[test]
fn all_that_the_audit_trail_tells_is_said_in_both_languages() {
    // Topics of messages in a call look like deeds.
    const NOT_DEEDS: [&str; 2] = ["palabre.chat", "palabre.ask"];
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    sources(&root.join("src/actions"), &mut files);
    let (mut told, mut told_besides) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let text = fs::read_to_string(file).expect("a source");
        told.extend(deeds(&text).map(str::to_owned));
        if text.contains("Deed {") {
            told_besides.extend(fields(&text).map(str::to_owned));
        }
    }
    told.retain(|deed| !NOT_DEEDS.contains(&deed.as_str()));
    assert!(told.len() > 40, "the sources are read: {told:?}");
    assert!(told_besides.len() > 25, "the sources are read: {told_besides:?}");
    for language in ["fr", "en"] {
        let file = root.join(format!("../../locales/{language}/audit.json"));
        let text = fs::read_to_string(file).expect("the sentences");
        let sentences: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let said = |path: &str| sentences.pointer(path).is_some_and(serde_json::Value::is_string);
        let missing: Vec<_> = told
            .iter()
            .map(|deed| format!("/action/{}", deed.replace('.', "/")))
            .chain(told_besides.iter().map(|field| format!("/field/{field}")))
            .filter(|path| !said(path))
            .collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
    }
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
