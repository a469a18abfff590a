//! The sentences that the server itself says to people (in mails, and on its own pages), in their language.
//!
//! They stand in `locales/{fr,en}`, beside those of the web client.

use std::collections::HashMap;
use std::sync::LazyLock;

use meetings::language::Language;
use serde_json::Value;

/// The topics this side of the house speaks of.
const TOPICS: [(Language, &str, &str); 6] = [
    (
        Language::Fr,
        "attendance",
        include_str!("../../../locales/fr/attendance.json"),
    ),
    (
        Language::En,
        "attendance",
        include_str!("../../../locales/en/attendance.json"),
    ),
    (
        Language::Fr,
        "doctor",
        include_str!("../../../locales/fr/doctor.json"),
    ),
    (
        Language::En,
        "doctor",
        include_str!("../../../locales/en/doctor.json"),
    ),
    (
        Language::Fr,
        "mail",
        include_str!("../../../locales/fr/mail.json"),
    ),
    (
        Language::En,
        "mail",
        include_str!("../../../locales/en/mail.json"),
    ),
];

static SENTENCES: LazyLock<HashMap<(Language, String), String>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (language, topic, text) in TOPICS {
        let tree: Value = serde_json::from_str(text).expect("a test reads every catalogue");
        collect(language, format!("{topic}:"), &tree, &mut all);
    }
    all
});

fn collect(language: Language, path: String, tree: &Value, all: &mut HashMap<(Language, String), String>) {
    match tree {
        Value::String(sentence) => {
            all.insert((language, path), sentence.clone());
        }
        Value::Object(below) => {
            for (key, value) in below {
                let dot = if path.ends_with(':') { "" } else { "." };
                collect(language, format!("{path}{dot}{key}"), value, all);
            }
        }
        _ => {}
    }
}

/// The sentence `topic:key`, with `{{name}}` filled in from `fields`; `None` when this program does not know it.
pub fn sentence<'a>(
    language: Language,
    key: &str,
    field: impl Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    let template = SENTENCES.get(&(language, key.to_owned()))?;
    Some(fill(template, field))
}

/// Fills blanks in one pass: what is filled in is never looked at for blanks of its own. A blank that nobody fills
/// stays empty.
fn fill<'a>(template: &str, field: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        filled.push_str(field(name).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_once() {
        let field = |name: &str| match name {
            "who" => Some("{{code}}"),
            "code" => Some("123 456"),
            _ => None,
        };
        assert_eq!(fill("{{who}}: {{code}}{{none}}.", field), "{{code}}: 123 456.");
        assert_eq!(fill("half {{a blank", field), "half {{a blank");
    }

    #[test]
    fn what_nobody_knows_is_not_said() {
        assert_eq!(sentence(Language::Fr, "mail:nothing", |_| None), None);
    }
}
