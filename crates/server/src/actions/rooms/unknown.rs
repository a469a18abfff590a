//! A room that does not exist: whether whoever asks for it may make it, and if not, whom they can ask.

use meetings::address::RoomAddress;
use meetings::rooms::may_make;
use serde_json::{Value, json};
use store::organisation::SignUp;
use store::{Conflict, Cut, Read, StoreError, room_addresses, rooms};

use super::READ;
use crate::actions::caller::Caller;
use crate::actions::error::Error;
use crate::actions::organisation::known;

/// The answer for a room that does not exist.
///
/// Its details say whether whoever asks may make it (`may_create`; a guest after they have signed in: `sign_in`), which
/// room it would be taken for (`looks_like`), and by which policy people get accounts (`policy`, `domains`).
pub async fn room(tx: &Read, caller: &Caller, text: &str) -> Result<Error, Error> {
    let organisation = known(tx).await?;
    let (mut may_create, sign_in) = match caller.known(READ) {
        Some(person) => {
            let owned = rooms::of_owner(tx, person.id, Cut::first(1)).await?.items.len();
            (may_make(person.standing(), owned).is_ok(), false)
        }
        None => match organisation.sign_up {
            SignUp::Closed | SignUp::Members => (false, true),
            SignUp::Domains(_) | SignUp::Anyone => (true, true),
        },
    };
    let looks_like = match RoomAddress::parse(text) {
        Ok(address) => resembled(tx, &address).await?,
        Err(_) => {
            may_create = false;
            None
        }
    };
    let mut details = json!({
        "may_create": may_create && looks_like.is_none(),
        "sign_in": sign_in,
        "policy": policy(&organisation.sign_up),
    });
    let more = [
        ("looks_like", looks_like.map(Value::from)),
        ("domains", domains(&organisation.sign_up)),
        ("help_contact", organisation.help_contact.map(Value::from)),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            details[name] = value;
        }
    }
    let message = "there is no room of this address";
    Ok(Error::missing("unknown_room", message).with(details))
}

/// The room that an address which no room has would be taken for.
async fn resembled(tx: &Read, address: &RoomAddress) -> Result<Option<String>, StoreError> {
    match room_addresses::check_free(tx, None, address).await {
        Err(StoreError::Conflict(Conflict::AddressLooksAlike { of })) => Ok(Some(of)),
        Err(StoreError::Conflict(_)) | Ok(()) => Ok(None),
        Err(other) => Err(other),
    }
}

fn policy(sign_up: &SignUp) -> &'static str {
    match sign_up {
        SignUp::Closed => "closed",
        SignUp::Members => "members",
        SignUp::Domains(_) => "domains",
        SignUp::Anyone => "anyone",
    }
}

fn domains(sign_up: &SignUp) -> Option<Value> {
    match sign_up {
        SignUp::Domains(domains) => Some(domains.clone().into()),
        _ => None,
    }
}
