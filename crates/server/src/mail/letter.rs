//! What a letter says: which one it is and what is filled in, queued in the transaction of its cause.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetings::email::EmailAddress;
use meetings::language::Language;
use meetings::sign_in::{Code, GOOD_FOR};
use serde::{Deserialize, Serialize};
use store::mail::{self, Mail};
use store::{Secret, StoreError, Write, random};

use crate::sentences::sentence;

/// A letter to somebody.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: EmailAddress,
    /// What they read.
    pub language: Language,
    /// What it is about.
    pub about: About,
}

/// Every kind of letter there is.
#[derive(Clone, Debug)]
pub enum About {
    /// The code somebody asked for to sign in.
    SignInCode {
        /// Six digits.
        code: Code,
        /// Who asks them to sign in.
        organisation: String,
    },
    /// An account was made for somebody; the link signs them in once.
    Invitation {
        /// Holds a secret behind its `#`.
        link: String,
        /// Who invites them.
        organisation: String,
        /// In whose name.
        inviter: String,
        /// What they are called.
        name: String,
        /// The link is dead afterwards.
        expires: Timestamp,
    },
}

/// What is kept of a letter until it has left, sealed: it may let somebody in.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Afterwards it is worth nothing, and is not sent any more.
    expires: Timestamp,
    /// What is filled into its sentences.
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Afterwards it is worth nothing.
    pub expires: Timestamp,
}

impl About {
    /// Its name in the catalogue: `mail:sign_in_code.subject`, `mail:sign_in_code.text`.
    fn kind(&self) -> &'static str {
        match self {
            Self::SignInCode { .. } => "sign_in_code",
            Self::Invitation { .. } => "invitation",
        }
    }

    fn kept(&self, now: Timestamp) -> Kept {
        let (expires, fields) = match self {
            Self::SignInCode { code, organisation } => {
                let (first, last) = code.digits().split_at(3);
                let fields = vec![
                    ("code", format!("{first} {last}")),
                    ("organisation", organisation.clone()),
                    ("minutes", GOOD_FOR.as_mins().to_string()),
                ];
                (now + GOOD_FOR, fields)
            }
            Self::Invitation {
                link,
                organisation,
                inviter,
                name,
                expires,
            } => {
                let days = (expires.duration_since(now).as_hours() / 24).to_string();
                let fields = vec![
                    ("link", link.clone()),
                    ("organisation", organisation.clone()),
                    ("inviter", inviter.clone()),
                    ("name", name.clone()),
                    ("days", days),
                ];
                (*expires, fields)
            }
        };
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        Kept {
            expires,
            fields: fields.collect(),
        }
    }
}

/// Writes letters, some hundreds at most, which leave when the transaction is committed.
pub async fn send(tx: &Write, now: Timestamp, letters: Vec<Letter>) -> Result<(), StoreError> {
    let written = |letter: Letter| {
        let kept = serde_json::to_string(&letter.about.kept(now)).expect("texts are always JSON");
        Mail {
            id: random::id(now),
            to: letter.to,
            language: letter.language,
            kind: letter.about.kind().to_owned(),
            payload: Some(Secret::new(kept)),
            created: now,
            sent: None,
        }
    };
    let letters: Vec<_> = letters.into_iter().map(written).collect();
    mail::queue(tx, &letters, now).await?;
    Ok(())
}

/// The words of a letter that is kept; `None` when it has left already, or when a newer version of this program wrote
/// a kind that this one does not know.
pub fn words(mail: &Mail) -> Option<Written> {
    let kept: Kept = serde_json::from_str(mail.payload.as_ref()?.expose()).ok()?;
    let say = |part: &str| {
        let key = format!("mail:{}.{part}", mail.kind);
        sentence(mail.language, &key, |name| {
            kept.fields.get(name).map(String::as_str)
        })
    };
    Some(Written {
        subject: say("subject")?,
        text: say("text")?,
        expires: kept.expires,
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn mail(about: &About, language: Language) -> Mail {
        let now = Timestamp::UNIX_EPOCH;
        let kept = serde_json::to_string(&about.kept(now)).expect("JSON");
        Mail {
            id: random::id(now),
            to: EmailAddress::parse("zoe@example.org").expect("an address"),
            language,
            kind: about.kind().to_owned(),
            payload: Some(Secret::new(kept)),
            created: now,
            sent: None,
        }
    }

    #[test]
    fn every_letter_says_everything_in_both_languages() {
        let link = "https://meet.example.org/sign-in#secret";
        let letters = [
            (
                About::SignInCode {
                    code: Code::parse("123456").expect("a code"),
                    organisation: "Groupimo".to_owned(),
                },
                vec!["123 456", "Groupimo", "10 minutes"],
            ),
            (
                About::Invitation {
                    link: link.to_owned(),
                    organisation: "Groupimo".to_owned(),
                    inviter: "Claire Martin".to_owned(),
                    name: "Zoé Nguyen".to_owned(),
                    expires: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(7 * 24),
                },
                vec![link, "Groupimo", "Claire Martin", "Zoé Nguyen", "7"],
            ),
        ];
        for (about, said) in letters {
            for language in [Language::Fr, Language::En] {
                let words = words(&mail(&about, language)).expect("its words are known");
                assert!(!words.subject.is_empty() && !words.subject.contains('\n'));
                for part in &said {
                    assert!(words.text.contains(part), "{language:?} {part}: {}", words.text);
                }
                assert!(!words.text.contains("{{"), "{}", words.text);
            }
        }
    }

    #[test]
    fn a_letter_of_a_kind_that_is_not_known_has_no_words() {
        let about = About::SignInCode {
            code: Code::parse("123456").expect("a code"),
            organisation: String::new(),
        };
        let newer = Mail {
            kind: "a_newer_one".to_owned(),
            ..mail(&about, Language::Fr)
        };
        assert_eq!(words(&newer), None);
    }
}
