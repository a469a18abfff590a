//! Joining a room from a browser: is the name usable, may one enter, is there a place; then a way in.

use super::admission::{Admission, admit};
use crate::backend::{BackendError, Entrance, Invitation, MediaBackend, NO_ROOM};
use meetings::address::{AddressError, RoomAddress};
use meetings::display_name::{DisplayName, NameError};
use store::random;

/// Why somebody does not get in.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// See [`AddressError`].
    #[error(transparent)]
    Address(#[from] AddressError),
    /// See [`NameError`].
    #[error(transparent)]
    Name(#[from] NameError),
    /// No such room, and rooms do not open by themselves.
    #[error("this room does not exist")]
    UnknownRoom,
    /// The room or the installation.
    #[error("{0}")]
    Full(String),
    /// Media does not work.
    #[error(transparent)]
    Backend(BackendError),
}

impl From<BackendError> for JoinError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Full(reason) => Self::Full(reason),
            missing if missing == NO_ROOM => Self::UnknownRoom,
            other => Self::Backend(other),
        }
    }
}

/// Lets a guest in.
pub async fn join(
    backend: &dyn MediaBackend,
    auto_create: bool,
    address: &str,
    name: &str,
    seen_at: &str,
) -> Result<Entrance, JoinError> {
    let address = RoomAddress::parse(address)?;
    let name = DisplayName::parse(name)?;
    let Admission::Open = admit(&address, &name);
    // The room itself opens when the guest's client connects, so that asking alone costs the server nothing.
    if !auto_create && backend.rooms(&[address.to_string()]).await?.is_empty() {
        return Err(JoinError::UnknownRoom);
    }
    backend.has_place(address.as_str()).await?;
    let identity = format!("guest-{}", random::text(16));
    let invitation = Invitation {
        room: address.as_str(),
        identity: &identity,
        name: name.as_str(),
        seen_at,
    };
    Ok(backend.invite(&invitation)?)
}
