//! The language of somebody who asks without having said it: what their browser prefers.

use axum::http::{HeaderMap, header};
use meetings::language::Language;

/// The first language of `Accept-Language` that we speak (its order is the order of preference in every browser);
/// English for those who read neither.
pub fn preferred(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let tags = accepted.unwrap_or_default().split(',');
    tags.filter_map(|tag| Language::from_tag(tag.split(';').next()?.trim()))
        .next()
        .unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_is_taken() {
        for (accepted, language) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", Language::Fr),
            ("de, en-GB;q=0.7, fr;q=0.3", Language::En),
            ("de", Language::En),
            ("*", Language::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("ascii"));
            assert_eq!(preferred(&headers), language, "{accepted}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Language::En);
    }
}
