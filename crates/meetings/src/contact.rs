//! Whom to ask for help: one line that every screen shows which says no.

use crate::display_name::{NameError, is_showable};

/// Characters at most: an address, a telephone number and some words.
pub const MAX_CHARACTERS: usize = 200;

/// Reads the line: an e-mail address, a telephone number, the address of a page, or words ("Informatique, poste 4512").
pub fn parse(text: &str) -> Result<String, NameError> {
    let line = text.trim();
    is_showable(line)?;
    match line.chars().count() <= MAX_CHARACTERS {
        true => Ok(line.to_owned()),
        false => Err(NameError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_one_line_that_can_be_shown() {
        for good in [
            "support@example.org",
            "01 23 45 67 89",
            "https://aide.example.org",
            " Informatique, poste 4512 ",
        ] {
            assert_eq!(parse(good).expect(good), good.trim());
        }
        assert_eq!(parse(""), Err(NameError::Empty));
        assert_eq!(parse("a\nb"), Err(NameError::Forbidden));
        assert_eq!(parse("evil\u{202e}"), Err(NameError::Forbidden));
        assert_eq!(parse(&"é".repeat(201)), Err(NameError::TooLong));
    }
}
