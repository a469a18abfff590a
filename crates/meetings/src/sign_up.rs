//! Who may make an account of their own.

use crate::email::EmailAddress;

/// Who may make an account by proving an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignUp {
    /// Nobody: people are added by administrators.
    Closed,
    /// Nobody new; people of the organisation make rooms. The default.
    Members,
    /// Whoever has an address in one of these domains.
    Domains(Vec<String>),
    /// Everybody.
    Anyone,
}

impl SignUp {
    /// Whether somebody who is not known may make an account with this address. A domain stands for itself alone, and
    /// not for what lies below it: whoever owns `example.org` need not own the mailboxes of `guests.example.org`.
    pub fn admits(&self, email: &EmailAddress) -> bool {
        match self {
            Self::Closed | Self::Members => false,
            Self::Domains(domains) => domains
                .iter()
                .any(|domain| domain.to_lowercase() == email.domain()),
            Self::Anyone => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_decides_who_makes_an_account() {
        let domains = SignUp::Domains(vec!["Example.org".to_owned(), "example.net".to_owned()]);
        let table = [
            (&SignUp::Closed, "zoe@example.org", false),
            (&SignUp::Members, "zoe@example.org", false),
            (&SignUp::Anyone, "zoe@example.org", true),
            (&domains, "zoe@example.org", true),
            (&domains, "zoe@example.net", true),
            (&domains, "zoe@guests.example.org", false),
            (&domains, "zoe@badexample.org", false),
            (&domains, "zoe@example.org.evil.example", false),
        ];
        for (policy, email, admitted) in table {
            let address = EmailAddress::parse(email).expect(email);
            assert_eq!(policy.admits(&address), admitted, "{policy:?} {email}");
        }
    }
}
