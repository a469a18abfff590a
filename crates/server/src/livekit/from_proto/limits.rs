//! How large what others send may be, so that a room holds nothing endless.

use std::collections::BTreeMap;

use sfu::id::TrackSid;

/// A description of a hundred sections, each with every codec a browser knows, has about 300 KB.
pub const MAX_SDP: usize = 384 * 1024;

/// Names, identities and ids; LiveKit's own limit for the first two.
pub const MAX_NAME: usize = 256;

/// Metadata, and all attributes of a participant together; LiveKit's own limit.
pub const MAX_METADATA: usize = 64_000;

/// Entries of any list in a request.
const MAX_ENTRIES: usize = 1000;

/// Why a message cannot be used; the socket closes with this reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than [`MAX_SDP`].
    #[error("the session description is too large")]
    SdpTooLarge,
    /// Longer than [`MAX_NAME`].
    #[error("a name is too long")]
    NameTooLong,
    /// Longer than [`MAX_METADATA`].
    #[error("the metadata is too large")]
    MetadataTooLarge,
    /// Control characters, which nobody can read and no database keeps.
    #[error("a name holds control characters")]
    NameUnwritable,
    /// More than a list may hold.
    #[error("a list is too long")]
    ListTooLong,
}

/// A name, identity or id of acceptable length that can be written.
pub fn name(text: String) -> Result<String, Malformed> {
    if text.len() > MAX_NAME {
        return Err(Malformed::NameTooLong);
    }
    match text.chars().any(char::is_control) {
        true => Err(Malformed::NameUnwritable),
        false => Ok(text),
    }
}

/// Metadata of acceptable size.
pub fn metadata(text: String) -> Result<String, Malformed> {
    if text.len() > MAX_METADATA {
        Err(Malformed::MetadataTooLarge)
    } else {
        Ok(text)
    }
}

/// Attributes of acceptable size together.
pub fn attributes(
    attributes: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, Malformed> {
    let attributes: BTreeMap<_, _> = attributes.into_iter().collect();
    let size: usize = attributes
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if size > MAX_METADATA {
        Err(Malformed::MetadataTooLarge)
    } else {
        Ok(attributes)
    }
}

pub(super) fn sids(sids: Vec<String>) -> Result<Vec<TrackSid>, Malformed> {
    bounded(sids)?
        .into_iter()
        .map(|sid| Ok(TrackSid(name(sid)?)))
        .collect()
}

pub(super) fn bounded<T>(list: Vec<T>) -> Result<Vec<T>, Malformed> {
    if list.len() > MAX_ENTRIES {
        Err(Malformed::ListTooLong)
    } else {
        Ok(list)
    }
}

pub(super) fn not_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
