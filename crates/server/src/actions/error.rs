//! Why an action did not happen: one type for all of them, which the web face turns into an answer.

use meetings::table::TableError;
use serde_json::{Value, json};
use store::{Conflict, StoreError};

use crate::backend::BackendError;

/// What kind of "no" it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not of the form.
    Malformed,
    /// Nobody knows who asks.
    NotSignedIn,
    /// Who asks may not.
    Forbidden,
    /// There is no such thing, or not for who asks.
    Missing,
    /// Not now, or not any more.
    WrongState,
    /// Of the form, and still not a value that can be.
    Invalid,
    /// More bytes than are taken.
    TooLarge,
    /// Too often.
    TooMany,
    /// Something we depend on does not answer; the same may work in a moment.
    Unavailable,
    /// A mistake of ours.
    Fault,
}

/// Why an action did not happen.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of "no" it is.
    pub kind: Kind,
    /// Stable; names the sentence a person reads (`locales/*/errors.json`, and a test looks there).
    pub code: &'static str,
    /// In English, for developers and logs.
    pub message: String,
    /// What the sentence needs, if anything.
    pub details: Option<Value>,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident => $kind:ident;)+) => {
        $(
            $(#[doc = $doc])+
            pub fn $name(code: &'static str, message: impl ToString) -> Self {
                Self { kind: Kind::$kind, code, message: message.to_string(), details: None }
            }
        )+
    };
}

impl Error {
    kinds! {
        /// See [`Kind::Malformed`].
        malformed => Malformed;
        /// See [`Kind::NotSignedIn`].
        not_signed_in => NotSignedIn;
        /// See [`Kind::Forbidden`].
        forbidden => Forbidden;
        /// See [`Kind::Missing`].
        missing => Missing;
        /// See [`Kind::WrongState`].
        wrong_state => WrongState;
        /// See [`Kind::Invalid`].
        invalid => Invalid;
        /// See [`Kind::TooLarge`].
        too_large => TooLarge;
        /// See [`Kind::TooMany`].
        too_many => TooMany;
        /// See [`Kind::Unavailable`].
        unavailable => Unavailable;
        /// See [`Kind::Fault`].
        fault => Fault;
    }

    /// The same, with what its sentence needs.
    pub fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => conflict.into(),
            StoreError::Missing(noun) => Self::missing("gone", format!("this {noun} is not there any more")),
            StoreError::Linked => Self::wrong_state("linked", "other things still belong to it"),
            StoreError::Busy => Self::unavailable("busy", "the database is busy: try again in a moment"),
            other => {
                tracing::error!(error = %other, "an action met a fault of the store");
                Self::fault("fault", "the server made a mistake")
            }
        }
    }
}

impl From<BackendError> for Error {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Full(_) => Self::wrong_state("full", error),
            BackendError::NotFound(_) => Self::missing("not_there", error),
            BackendError::FailedPrecondition(_) | BackendError::Invalid(_) => {
                tracing::error!(%error, "the media server does not understand us");
                Self::fault("fault", "the server made a mistake")
            }
            BackendError::Refused(_) | BackendError::Unavailable(_) => {
                tracing::error!(%error, "the media server does not do what it should");
                Self::unavailable("media_unavailable", error)
            }
        }
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        let message = conflict.to_string();
        match conflict {
            Conflict::EmailTaken => Self::wrong_state("email_taken", message),
            Conflict::AddressTaken => Self::wrong_state("address_taken", message),
            Conflict::AddressLooksAlike { of } => {
                Self::wrong_state("address_looks_alike", message).with(json!({ "of": of }))
            }
            Conflict::MainAddress => Self::wrong_state("main_address", message),
            Conflict::EstablishmentNameTaken => Self::wrong_state("establishment_name_taken", message),
            Conflict::PrefixTaken => Self::wrong_state("prefix_taken", message),
            Conflict::PasskeyKnown => Self::wrong_state("passkey_known", message),
            Conflict::OrganisationExists => Self::wrong_state("organisation_exists", message),
        }
    }
}

impl From<TableError> for Error {
    fn from(error: TableError) -> Self {
        match error {
            TableError::TooLarge => Self::too_large("table_too_large", error),
            TableError::TooLong => Self::invalid("table_too_long", error),
            TableError::Empty => Self::invalid("table_empty", error),
            TableError::Workbook => Self::invalid("table_workbook", error),
            TableError::NotText => Self::invalid("table_not_text", error),
            TableError::Accents { line } => {
                Self::invalid("table_accents", error).with(json!({ "line": line }))
            }
            TableError::Endless { line } => {
                Self::invalid("table_endless", error).with(json!({ "line": line }))
            }
        }
    }
}
