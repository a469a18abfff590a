//! Calls that did not come about: told by the browsers they happened to, read by whoever runs the organisation.

use jiff::Timestamp;
use meetings::id::FailedJoinKind;
use meetings::people::Right;
use meetings::scope::{Noun, Scope};
use serde::Deserialize;
use serde_json::json;
use store::failed_joins::{self, FailedJoin};
use store::{Cut, Page, Store, random};
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::Error;
use super::rooms;

/// Why a call did not come about, as far as a browser can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub enum Cause {
    /// Signalling does not reach the server.
    #[serde(rename = "call_unreachable")]
    Unreachable,
    /// The media server refused a ticket that was given out.
    #[serde(rename = "call_refused")]
    Refused,
    /// Signalling passes, sound and picture do not.
    #[serde(rename = "call_blocked")]
    Blocked,
}

impl Cause {
    /// The word that is kept; it is also the code people see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "call_unreachable",
            Self::Refused => "call_refused",
            Self::Blocked => "call_blocked",
        }
    }
}

/// What a browser tells. Texts are kept as far as they could be true.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The address they came by.
    pub address: &'a str,
    /// The name they gave.
    pub name: &'a str,
    /// Why, as far as the browser can tell.
    pub cause: Cause,
    /// How long they had waited when it was given up, in milliseconds.
    pub waited: u32,
    /// With what, in words.
    pub device: String,
}

/// Keeps what a browser tells.
pub async fn report(store: &Store, now: Timestamp, report: Report<'_>) -> Result<(), Error> {
    let tx = store.begin_write().await?;
    let room = rooms::find(&tx, report.address).await.ok().flatten();
    let failed = FailedJoin {
        id: random::id(now),
        at: now,
        room: room.map(|(room, _)| room.id),
        address: report.address.to_owned(),
        name: report.name.to_owned(),
        cause: report.cause.word().to_owned(),
        device: report.device,
        details: json!({ "waited": report.waited }),
    };
    failed_joins::insert(&tx, &failed).await?;
    Ok(tx.commit().await?)
}

/// All that are kept, the newest first.
pub async fn list(
    store: &Store,
    caller: &Caller,
    cut: Cut<FailedJoinKind>,
) -> Result<Page<FailedJoin, FailedJoinKind>, Error> {
    let tx = store.begin_read().await?;
    let scope = Scope::read(Noun::People);
    caller.may(&tx, scope, Right::ManageOrganisation).await?;
    Ok(failed_joins::list(&tx, cut).await?)
}
