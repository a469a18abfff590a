//! What people write to each other in a meeting.

/// Characters in a message at most: two pages.
pub const MAX_CHARACTERS: usize = 4000;

/// A message as it is kept: without space around it, and without control characters but line breaks and tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

/// Not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but space.
    #[error("a message needs some text")]
    Empty,
    /// Longer than [`MAX_CHARACTERS`].
    #[error("a message has at most {MAX_CHARACTERS} characters")]
    TooLong,
}

impl MessageText {
    /// Reads what somebody wrote. Everything visible stays as it is: whoever shows it must not take it for markup,
    /// and must keep its direction from turning the text around it.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let breaks = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept: String = breaks
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let kept = kept.trim();
        if kept.is_empty() {
            return Err(TextError::Empty);
        }
        if kept.chars().count() > MAX_CHARACTERS {
            return Err(TextError::TooLong);
        }
        Ok(Self(kept.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_as_they_wrote_it() {
        for text in [
            "<script>alert(1)</script>",
            "évènement\n\tà 9 h 👩‍💻",
            "שלום \u{202e}abc",
            "&amp; \"quoted\"",
        ] {
            assert_eq!(MessageText::parse(text).expect(text).as_str(), text);
        }
        assert_eq!(
            MessageText::parse(" a\r\nb\u{0}\u{7}\rc ")
                .expect("a text")
                .as_str(),
            "a\nb\nc"
        );
    }

    #[test]
    fn an_empty_one_and_a_book_are_no_messages() {
        assert_eq!(MessageText::parse(" \n\u{0} "), Err(TextError::Empty));
        assert!(MessageText::parse(&"é".repeat(MAX_CHARACTERS)).is_ok());
        let book = "é".repeat(MAX_CHARACTERS + 1);
        assert_eq!(MessageText::parse(&book), Err(TextError::TooLong));
    }
}
