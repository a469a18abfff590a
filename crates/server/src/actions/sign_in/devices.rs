//! The browsers somebody is signed in with: seeing them, and ending one or all.

use jiff::Timestamp;
use meetings::id::SignInId;
use serde_json::json;
use store::sign_ins::{self, SignIn};
use store::{Store, Subject};

use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::trail::{Actor, Deed, note};

/// Those of whoever asks, the newest first, and which of them asks.
pub async fn list(store: &Store, caller: &Caller) -> Result<(Vec<SignIn>, SignInId), Error> {
    let (person, here) = caller.in_browser()?;
    let tx = store.begin_read().await?;
    Ok((sign_ins::of_person(&tx, person.id).await?, here))
}

/// Ends one of them; whether it is the one that asks.
pub async fn end(store: &Store, caller: &Caller, now: Timestamp, id: SignInId) -> Result<bool, Error> {
    let (person, here) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    if !sign_ins::revoke(&tx, person.id, id, now).await? {
        return Err(Error::missing(
            "unknown_sign_in",
            "this browser is not signed in any more",
        ));
    }
    let deed = Deed {
        action: "sign_in.ended",
        subject: person.name.as_str(),
        id,
        details: json!({}),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::SignIn, id);
    tx.commit().await?;
    Ok(id == here)
}

/// Ends all of them, the one that asks too; how many.
pub async fn end_all(store: &Store, caller: &Caller, now: Timestamp) -> Result<u64, Error> {
    let (person, here) = caller.in_browser()?;
    let tx = store.begin_write().await?;
    let ended = sign_ins::revoke_all(&tx, person.id, now).await?;
    let deed = Deed {
        action: "person.signed_out_everywhere",
        subject: person.name.as_str(),
        id: person.id,
        details: json!({ "browsers": ended }),
    };
    note(&tx, Actor::Caller(caller), now, deed).await?;
    tx.announce(Subject::Person, person.id);
    tx.announce(Subject::SignIn, here);
    tx.commit().await?;
    Ok(ended)
}
