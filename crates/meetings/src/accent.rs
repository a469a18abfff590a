//! The one colour an organisation gives its pages.

use std::fmt;

/// A colour of sRGB, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

/// Not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour has the form #2f6f5e")]
pub struct AccentError;

impl Accent {
    /// By its parts.
    pub const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Red, green and blue.
    pub const fn parts(self) -> [u8; 3] {
        self.0
    }

    /// Reads a colour: a hash and six hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, AccentError> {
        let digits = text.strip_prefix('#').ok_or(AccentError)?;
        let formed = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).map_err(|_| AccentError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        formed.then_some(Self([red, green, blue])).ok_or(AccentError)
    }
}

/// `#rrggbb`, in lower case.
impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_hash_and_six_digits() {
        assert_eq!(Accent::parse("#0A6f5e").expect("a colour").to_string(), "#0a6f5e");
        for bad in [
            "", "#", "2f6f5e", "#2f6f5", "#2f6f5e0", "#2f6f5g", "#+f6f5e", "red", "#é6f5",
        ] {
            assert_eq!(Accent::parse(bad), Err(AccentError), "{bad}");
        }
    }
}
