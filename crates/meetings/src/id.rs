//! Names of things: one type for each kind, sortable by birth (UUIDv7, RFC 9562 §5.7), never a count.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// Names one thing of the kind `K`; two kinds cannot be mistaken for each other.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id<K> {
    value: Uuid,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

/// Ten bytes nobody can guess: the part of an id that is not its time of birth.
pub type Chance = [u8; 10];

impl<K> Id<K> {
    /// The id of something born now.
    pub fn new(now: Timestamp, chance: Chance) -> Self {
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Self::from(Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid())
    }

    /// For a store, which knows the kind by the table.
    pub fn as_uuid(self) -> Uuid {
        self.value
    }
}

impl<K> From<Uuid> for Id<K> {
    fn from(value: Uuid) -> Self {
        Self {
            value,
            kind: PhantomData,
        }
    }
}

/// Not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has the form 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct IdError;

impl<K> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Uuid::try_parse(text).map(Self::from).map_err(|_| IdError)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident as $name:ident;)+) => {
        $(
            #[doc = concat!("The kind behind [`", stringify!($name), "`].")]
            #[derive(Clone, Copy, Debug)]
            pub enum $kind {}

            $(#[doc = $doc])+
            pub type $name = Id<$kind>;
        )+
    };
}

kinds! {
    /// Somebody with an account.
    PersonKind as PersonId;
    /// A site or legal unit of the organisation.
    EstablishmentKind as EstablishmentId;
    /// A permanent place.
    RoomKind as RoomId;
    /// One occurrence of people being in a room.
    MeetingKind as MeetingId;
    /// A browser in which somebody is signed in.
    SignInKind as SignInId;
    /// A code on its way to somebody's mailbox.
    SignInCodeKind as SignInCodeId;
    /// The organisation itself.
    OrganisationKind as OrganisationId;
    /// A link that lets somebody in once: the first owner, an invited person, somebody who lost their mailbox.
    InvitationKind as InvitationId;
    /// A pair of a public key and a secret with which programs sign LiveKit tokens.
    ApiKeyKind as ApiKeyId;
    /// A token with which a program calls our API for a person.
    ApiTokenKind as ApiTokenId;
    /// One line of the audit trail.
    AuditEntryKind as AuditEntryId;
    /// A letter that leaves the house.
    MailKind as MailId;
    /// Work that runs later.
    JobKind as JobId;
    /// Somebody who was given a way into a room's present meeting, or was sent away from it.
    VisitKind as VisitId;
    /// Somebody at a room's door who asks to be let in.
    KnockKind as KnockId;
    /// One stay of one device in a meeting.
    AttendanceKind as AttendanceId;
    /// What somebody wrote to everybody in a meeting.
    ChatMessageKind as ChatMessageId;
    /// A call that did not come about.
    FailedJoinKind as FailedJoinId;
    /// A key in somebody's device by which they sign in.
    PasskeyKind as PasskeyId;
    /// A service that knows the organisation's people and signs them in for us.
    OidcProviderKind as OidcProviderId;
    /// A sign-in between its two steps.
    CeremonyKind as CeremonyId;
    /// An address of somebody else's program that is told what happens here.
    WebhookKind as WebhookId;
    /// One thing told to one webhook.
    DeliveryKind as DeliveryId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_birth_and_survive_text() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let older = PersonId::new(at(1_800_000_000), [255; 10]);
        let younger = PersonId::new(at(1_800_000_001), [0; 10]);
        assert!(older < younger);
        assert_eq!(older.to_string().parse(), Ok(older));
        assert_eq!(older.as_uuid().get_version_num(), 7);
        assert_eq!("42".parse::<PersonId>(), Err(IdError));
    }
}
