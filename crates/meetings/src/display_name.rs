//! The name under which somebody appears in a room, or by which a room is called.

/// Characters in a name at most.
pub const MAX_CHARACTERS: usize = 64;

/// A name as others see it: trimmed, not empty, and without characters that would disturb the text around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// Not a name that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but spaces.
    #[error("a name is needed")]
    Empty,
    /// Longer than [`MAX_CHARACTERS`].
    #[error("a name has at most {MAX_CHARACTERS} characters")]
    TooLong,
    /// Control characters, or marks that turn the direction of the text after them.
    #[error("a name cannot hold control characters or direction marks")]
    Forbidden,
}

impl DisplayName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = text.trim_matches(|c: char| c.is_whitespace());
        is_showable(name)?;
        if name.chars().count() > MAX_CHARACTERS {
            return Err(NameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }

    /// What can be shown of a name that another house has given and keeps giving: without what would disturb, and no
    /// longer than names are. `None` when nothing of it can be seen.
    pub fn salvaged(text: &str) -> Option<Self> {
        let calm = text.chars().filter_map(|c| match disturbs(c) {
            // A line break stands between words.
            true => c.is_whitespace().then_some(' '),
            false => Some(c),
        });
        let calm: String = calm.collect();
        let short: String = calm.trim_start().chars().take(MAX_CHARACTERS).collect();
        Self::parse(&short).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text shows something and disturbs nothing around it, however long it is.
pub(crate) fn is_showable(text: &str) -> Result<(), NameError> {
    if text.chars().any(disturbs) {
        return Err(NameError::Forbidden);
    }
    match text.chars().any(visible) {
        true => Ok(()),
        false => Err(NameError::Empty),
    }
}

/// Control characters, line and paragraph separators, and bidirectional marks (Unicode annex 9, §2).
pub(crate) fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Not space, and not one of the joiners and fillers that show nothing on their own.
fn visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        )
        && !matches!(c, '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}')
        && !matches!(c, '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_are_welcome() {
        for name in ["Ada", "Zoé Lefèvre", "李雷", "محمد", "👩‍💻 Léa", "O’Brien-Smith"] {
            assert_eq!(
                DisplayName::parse(&format!("  {name} ")).expect(name).as_str(),
                name
            );
        }
    }

    #[test]
    fn of_a_name_given_elsewhere_remains_what_can_be_shown() {
        for (given, shown) in [
            (" Zoé Lefèvre ", "Zoé Lefèvre"),
            ("Zoé\nLefèvre\0", "Zoé Lefèvre"),
            ("evil\u{202e}gpj", "evilgpj"),
            ("\u{200f}محمد", "محمد"),
        ] {
            assert_eq!(DisplayName::salvaged(given).expect(shown).as_str(), shown);
        }
        let long = format!(" {} {}", "é".repeat(63), "è".repeat(300));
        let cut = DisplayName::salvaged(&long).expect("its beginning");
        assert_eq!(cut.as_str(), "é".repeat(63));
        for nothing in ["", " \n", "\u{202e}\0", "\u{200b}"] {
            assert_eq!(DisplayName::salvaged(nothing), None);
        }
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        assert_eq!(DisplayName::parse("   "), Err(NameError::Empty));
        assert_eq!(DisplayName::parse("\u{200b}\u{200d}"), Err(NameError::Empty));
        assert_eq!(DisplayName::parse("a\nb"), Err(NameError::Forbidden));
        assert_eq!(DisplayName::parse("evil\u{202e}gpj"), Err(NameError::Forbidden));
        assert_eq!(DisplayName::parse(&"é".repeat(65)), Err(NameError::TooLong));
        assert!(DisplayName::parse(&"é".repeat(64)).is_ok());
    }
}
