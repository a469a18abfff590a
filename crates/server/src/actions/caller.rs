//! Who asks, and whether they may.

use meetings::people::Right;
use meetings::scope::Scope;
use meetings::sign_in::Digest;
use serde_json::json;
use store::people::{self, Person};
use store::{MAX_LIMIT, Read, StoreError};

use super::error::Error;
use meetings::id::{ApiTokenId, SignInId};

/// People named to somebody who lacks a right: enough to find one who answers.
pub const GIVERS: usize = 5;

/// Who asks for something.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Somebody with an account.
    pub signed: Option<Signed>,
    /// The browser they ask from, when it carries our mark: by it a guest is recognised.
    pub browser: Option<Digest>,
}

/// Somebody with an account, who has shown that it is theirs. Always active.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub person: Person,
    /// How they have shown it.
    pub by: By,
}

/// How somebody has shown who they are.
#[derive(Clone, Debug)]
pub enum By {
    /// In a browser that is signed in.
    SignIn(SignInId),
    /// With a token, which may do only what its scopes say.
    Token {
        /// Which.
        id: ApiTokenId,
        /// What people call it.
        name: String,
        /// What it may do.
        scopes: Vec<Scope>,
    },
}

impl Caller {
    /// The person, when somebody is signed in, for actions where being known matters but is not needed: tokens count
    /// only for what their scopes say.
    pub fn known(&self, scope: Scope) -> Option<&Person> {
        self.person(scope).ok()
    }

    /// The person; a token must have the scope.
    pub fn person(&self, scope: Scope) -> Result<&Person, Error> {
        let signed = self.signed()?;
        match &signed.by {
            By::Token { scopes, .. } if !scopes.iter().any(|granted| granted.covers(scope)) => {
                Err(scope_missing(scope))
            }
            _ => Ok(&signed.person),
        }
    }

    /// The person in their own browser: for what no token may do, such as changing how one signs in.
    pub fn in_browser(&self) -> Result<(&Person, SignInId), Error> {
        let signed = self.signed()?;
        match &signed.by {
            By::SignIn(id) => Ok((&signed.person, *id)),
            By::Token { .. } => Err(Error::forbidden(
                "browser_needed",
                "this is done in a browser where one is signed in, not with a token",
            )),
        }
    }

    /// The person, who must have the right. Who lacks it learns whom to ask.
    pub async fn may(&self, tx: &Read, scope: Scope, right: Right) -> Result<&Person, Error> {
        let person = self.person(scope)?;
        if person.standing().has(right) {
            return Ok(person);
        }
        Err(right_missing(tx, right).await?)
    }

    /// As the audit trail names them.
    pub fn label(&self) -> String {
        match &self.signed {
            None => "guest".to_owned(),
            Some(Signed { person, by }) => match by {
                By::SignIn(_) => person.name.as_str().to_owned(),
                By::Token { name, .. } => format!("{}, token {name}", person.name.as_str()),
            },
        }
    }

    fn signed(&self) -> Result<&Signed, Error> {
        let nobody = || Error::not_signed_in("sign_in_needed", "sign in first, or send an API token");
        self.signed.as_ref().ok_or_else(nobody)
    }
}

fn scope_missing(scope: Scope) -> Error {
    let message = format!("this token does not have the scope {scope}");
    Error::forbidden("scope_missing", message).with(json!({ "scope": scope.to_string() }))
}

/// Somebody lacks a right: which, and who can give it.
pub async fn right_missing(tx: &Read, right: Right) -> Result<Error, StoreError> {
    let managers = people::managers(tx, u64::from(MAX_LIMIT)).await?;
    let givers: Vec<_> = managers
        .iter()
        .filter(|manager| manager.standing().can_give(right))
        .take(GIVERS)
        .map(|manager| manager.name.as_str())
        .collect();
    let message = "this needs a right that you do not have";
    Ok(Error::forbidden("right_missing", message).with(json!({ "right": right, "givers": givers })))
}
