//! Making something once, however often it is asked for: idempotency keys.
//!
//! A program that heard no answer sends its request again with the same key, and gets what was made the first time.
//! Keys are each person's own, kept as digests, and forgotten after a day: by then nobody tries again.

use jiff::{SignedDuration, Timestamp};
use meetings::id::{Id, PersonId};
use store::{Write, idempotency};

use super::error::Error;

/// How long a key is remembered.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Characters of a key at most.
const MAX_KEY: usize = 255;

/// What digests of keys and requests are made for.
const PURPOSE: &str = "idempotency";

/// A request that is to be carried out once.
#[derive(Clone, Debug)]
pub struct Once {
    key: String,
    request: Vec<u8>,
}

impl Once {
    /// Under this key, of a request that says this: 1 to 255 visible ASCII characters, as in a header.
    pub fn parse(key: &str, request: Vec<u8>) -> Result<Self, Error> {
        if key.is_empty() || key.len() > MAX_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "an idempotency key has 1 to 255 visible ASCII characters";
            return Err(Error::malformed("malformed", message));
        }
        let key = key.to_owned();
        Ok(Self { key, request })
    }
}

/// Notes that `made` is what comes of a request of this person; gives what came of it when it was carried out before,
/// and refuses a key that was used for something else.
pub async fn once<K>(
    tx: &Write,
    person: PersonId,
    request: Option<Once>,
    made: Id<K>,
    now: Timestamp,
) -> Result<Option<Id<K>>, Error> {
    let Some(Once { key, request }) = request else {
        return Ok(None);
    };
    idempotency::purge(tx, now - KEPT_FOR).await?;
    let digest = |part: &[u8]| tx.vault().digest(PURPOSE, &[part]);
    let once = idempotency::Once {
        person,
        key: digest(key.as_bytes()),
        request: digest(&request),
        made: made.as_uuid(),
        created: now,
    };
    if idempotency::keep(tx, &once).await? {
        return Ok(None);
    }
    match idempotency::find(tx, person, &once.key).await? {
        Some(before) if before.request.is(&once.request) => Ok(Some(Id::from(before.made))),
        _ => Err(Error::invalid(
            "idempotency_key_reused",
            "this idempotency key was used for another request",
        )),
    }
}
