//! Sign-ins in two steps: what is kept between them, for the browser that began and for a few minutes.

use jiff::{SignedDuration, Timestamp};
use meetings::sign_in::Digest;
use store::ceremonies::{self, Ceremony};
use store::{Secret, Store, StoreError, Write, random};

use super::{SECRET_LENGTH, purpose};
use crate::actions::error::Error;

/// Long enough to look for one's phone, or for a password at another service.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);

/// What is begun; what was begun as one does not end as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Making a passkey.
    NewPasskey,
    /// Signing in with one.
    Passkey,
    /// Going to a service that signs people in.
    Provider,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::NewPasskey => "new_passkey",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
        }
    }
}

/// The secret with which one ends.
pub fn secret() -> Secret {
    Secret::new(random::text(SECRET_LENGTH))
}

/// Begins one that ends with `secret`.
pub async fn begin(
    tx: &Write,
    now: Timestamp,
    kind: Kind,
    browser: Digest,
    secret: &Secret,
    state: Secret,
) -> Result<(), StoreError> {
    ceremonies::purge(tx, now - GOOD_FOR).await?;
    let ceremony = Ceremony {
        id: random::id(now),
        kind: kind.word().to_owned(),
        browser,
        state,
        created: now,
    };
    ceremonies::insert(tx, &ceremony, &digest(tx, secret)).await
}

/// Ends one for good, whatever follows, in the browser that began it; what was kept.
pub async fn end(
    store: &Store,
    now: Timestamp,
    kind: Kind,
    browser: &Digest,
    secret: &Secret,
) -> Result<Secret, Error> {
    let tx = store.begin_write().await?;
    let taken = ceremonies::take(&tx, &digest(&tx, secret), kind.word(), browser, now, GOOD_FOR).await?;
    tx.commit().await?;
    let dead = "this was begun too long ago, in another browser, or has ended already: begin again";
    taken.ok_or_else(|| Error::wrong_state("ceremony_dead", dead))
}

fn digest(tx: &Write, secret: &Secret) -> Digest {
    tx.vault()
        .digest(purpose::CEREMONY, &[secret.expose().as_bytes()])
}
