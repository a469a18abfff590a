//! The organisation: what it is called and how it looks, and who may make an account.

use store::Read;
use store::organisation::{self, Organisation};

use super::error::Error;

/// The organisation, which must have been made.
pub async fn known(tx: &Read) -> Result<Organisation, Error> {
    let missing = || {
        Error::wrong_state(
            "not_set_up",
            "there is no organisation yet: open the welcome link that the server printed",
        )
    };
    organisation::load(tx).await?.ok_or_else(missing)
}
