//! E-mail addresses as people type them.

use std::fmt;

/// The longest address a mail can be sent to (RFC 5321 §4.5.3.1.3, without the brackets).
pub const MAX_LENGTH: usize = 254;

/// The longest part before the `@` (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// An address that a mail can be sent to, in the one spelling by which a person is known.
///
/// The whole address is compared in lower case: RFC 5321 §2.4 lets the part before the `@` differ by case, but
/// no mailbox in use does, and two accounts for `Ada@` and `ada@` would be a trap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

/// Not an address a mail can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address has the form name@example.org")]
pub struct EmailError;

impl EmailAddress {
    /// Reads an address: a plain one (RFC 5321 `Mailbox` without quoted parts, literals and comments).
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let good = text.len() <= MAX_LENGTH && is_local(local) && is_domain(domain);
        if good { Ok(Self(text)) } else { Err(EmailError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Enough to recognise an address one knows, not to learn one: for logs and for others' eyes.
    pub fn masked(&self) -> String {
        let first = self.0.chars().next().unwrap_or('?');
        format!("{first}…@{}", self.domain())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a domain of addresses, as policies name them: `example.org`.
pub fn domain(text: &str) -> Result<String, EmailError> {
    let text = text.trim().trim_start_matches('@').to_lowercase();
    match text.len() <= MAX_LENGTH && is_domain(&text) {
        true => Ok(text),
        false => Err(EmailError),
    }
}

/// Dot-separated atoms (RFC 5322 §3.2.3); letters of other scripts as RFC 6531 allows them.
fn is_local(local: &str) -> bool {
    let allowed = |c: char| {
        let plain = c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
        plain || (!c.is_ascii() && c.is_alphanumeric())
    };
    let atom = |atom: &str| !atom.is_empty() && atom.chars().all(allowed);
    local.len() <= MAX_LOCAL && local.split('.').all(atom)
}

/// At least two labels, the last of them no number.
fn is_domain(domain: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || c == '-';
    let label = |label: &str| {
        let ends = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && label.len() <= 63 && !ends && label.chars().all(allowed)
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && last.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_people_have_are_read() {
        for good in [
            "zoe@example.org",
            "jerome.blanc+visio@mairie-de-lyon.example.fr",
            "o'brien@example.co",
            "éloïse@example.org",
            "a@münchen.example",
        ] {
            assert_eq!(EmailAddress::parse(good).expect(good).as_str(), good);
        }
        let typed = EmailAddress::parse("  Zoe@Example.ORG ").expect("an address");
        assert_eq!(typed.as_str(), "zoe@example.org");
        assert_eq!(typed.domain(), "example.org");
        assert_eq!(typed.masked(), "z…@example.org");
    }

    #[test]
    fn a_domain_is_what_stands_behind_the_sign() {
        assert_eq!(domain(" @Example.ORG "), Ok("example.org".to_owned()));
        for bad in ["", "example", "a b.org", "zoe@example.org", "-a.org", "192.0.2.1"] {
            assert_eq!(domain(bad), Err(EmailError), "{bad}");
        }
    }

    #[test]
    fn what_no_mail_reaches_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "",
            "zoe",
            "@example.org",
            "zoe@",
            "zoe@localhost",
            "zoe@192.0.2.1",
            "a b@example.org",
            "zoe@exa mple.org",
            ".zoe@example.org",
            "zoe..n@example.org",
            "zoe@-a.org",
            "zoe@a..org",
            "zoe@example.org\r\nBcc: all@example.org",
            "\"zoe\"@example.org",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(EmailError), "{bad}");
        }
    }
}
