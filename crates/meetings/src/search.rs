//! Finding by what people type: without regard to case, accents and the order of words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a search that count: nobody types more to find somebody.
const MAX_CHARACTERS: usize = 200;

/// A text as it is compared: small letters without their marks, ligatures taken apart.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
}

/// Words to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// What was typed; `None` when it holds no word, so that everything fits.
    pub fn parse(text: &str) -> Option<Self> {
        let kept: String = text.chars().take(MAX_CHARACTERS).collect();
        let words: Vec<_> = folded(&kept).split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether each word stands somewhere in one of the texts.
    pub fn finds(&self, texts: &[&str]) -> bool {
        let texts: Vec<_> = texts.iter().map(|text| folded(text)).collect();
        let stands = |word: &String| texts.iter().any(|text| text.contains(word.as_str()));
        self.0.iter().all(stands)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_order_do_not_matter() {
        let texts = ["Éloïse Lefèvre-Cœur", "e.lefevre@example.org"];
        for typed in [
            "eloise",
            "LEFÈVRE elo",
            "coeur",
            "cœur",
            "e.lefevre@",
            "  eloi   example ",
        ] {
            assert!(Search::parse(typed).expect("words").finds(&texts), "{typed}");
        }
        for typed in ["eloise martin", "élodie", "example.com"] {
            assert!(!Search::parse(typed).expect("words").finds(&texts), "{typed}");
        }
    }

    #[test]
    fn a_letter_and_its_mark_are_one_however_they_are_written() {
        assert_eq!(folded("e\u{301}"), folded("É"));
        assert_eq!(folded("Øystein Łukasz Straße ﬁn"), "oystein lukasz strasse fin");
    }

    #[test]
    fn nothing_typed_is_no_search() {
        assert_eq!(Search::parse("  \t "), None);
        assert_eq!(Search::parse("\u{301}"), None);
        let long = Search::parse(&"é".repeat(10_000)).expect("a word");
        assert!(!long.finds(&["éé"]));
    }
}
