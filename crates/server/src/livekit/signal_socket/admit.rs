//! Who may open a signalling socket: its token, its query and the limits, before the upgrade.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use meetings::display_name::DisplayName;
use url::form_urlencoded;

use crate::actions::door::again::{self, Passage, Turned};
use crate::backend::ROLE;
use crate::livekit::entry::{self, Entry};
use crate::livekit::from_proto::{self, Malformed};
use crate::livekit::token::{self, Grant, TokenError};
use crate::rooms::Refusal;
use crate::serve::App;

/// LiveKit's words for a room that is not there; SDKs look for them in a 404.
const NO_ROOM: &str = "requested room does not exist";

/// Who is in a room of the organisation is there under the identity of their token.
const ONCE: &str = "a second, publishing presence is not to be had in this room";

/// A refusal before the upgrade: a status and a text.
pub(super) type Denied = (StatusCode, String);

/// Somebody who may enter.
pub(super) struct Admitted {
    pub(super) grant: Grant,
    pub(super) entry: Entry,
    pub(super) room: String,
    pub(super) identity: String,
    /// People at once in the room as it is now; 0: as many as the room was opened for.
    pub(super) limit: u32,
}

/// The token of a request, from its header or its query.
pub fn bearer(headers: &HeaderMap, query: &str) -> Result<String, TokenError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().map_err(|_| TokenError::Header)?;
        return text
            .strip_prefix("Bearer ")
            .map(str::to_owned)
            .ok_or(TokenError::Header);
    }
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "access_token")
        .map(|(_, token)| token.into_owned())
        .filter(|token| !token.is_empty())
        .ok_or(TokenError::Missing)
}

pub(super) async fn admit(
    app: &Arc<App>,
    headers: &HeaderMap,
    query: &str,
    v1: bool,
) -> Result<Admitted, Denied> {
    if app.settings.livekit_url.is_some() {
        let text = "media is served by a LiveKit cluster, not by this server";
        return Err((StatusCode::SERVICE_UNAVAILABLE, text.to_owned()));
    }
    let unauthorized = |error: TokenError| (StatusCode::UNAUTHORIZED, error.to_string());
    let bad = |text: &str| (StatusCode::BAD_REQUEST, text.to_owned());

    let token = bearer(headers, query).map_err(unauthorized)?;
    let mut grant = token::verify(&app.keys, &token).map_err(unauthorized)?;
    let entry = entry::read(query, v1).map_err(|error| bad(&error.to_string()))?;

    let claims = &mut grant.claims;
    if !claims.video.room_join {
        return Err(unauthorized(TokenError::Missing));
    }
    if claims.sub.is_empty() {
        return Err(bad("identity cannot be empty"));
    }
    if claims.video.room.is_empty() {
        return Err(bad("no room name"));
    }
    for (text, sentence) in [
        (&claims.sub, "participant identity length exceeds limits"),
        (&claims.video.room, "room name length exceeds limits"),
        (&claims.name, "name length exceeds limits"),
    ] {
        from_proto::name(text.clone()).map_err(|malformed| match malformed {
            Malformed::NameTooLong => bad(sentence),
            other => bad(&other.to_string()),
        })?;
    }
    let passage = ask_the_door(app, &grant).await?;
    let claims = &mut grant.claims;
    if let Some(role) = passage.role {
        claims.attributes.insert(ROLE.to_owned(), role.word().to_owned());
    }
    let changes_itself = !entry.metadata.is_empty() || !entry.attributes.is_empty();
    if changes_itself && !claims.video.can_update_own_metadata() {
        return Err(unauthorized(TokenError::Missing));
    }
    if !passage.of_operator {
        let shown = DisplayName::salvaged(&claims.name);
        claims.name = shown.map(|name| name.as_str().to_owned()).unwrap_or_default();
    }
    if let Some(suffix) = &entry.publish {
        if !passage.of_operator {
            return Err((StatusCode::FORBIDDEN, ONCE.to_owned()));
        }
        if !claims.video.can_publish() {
            return Err(unauthorized(TokenError::Missing));
        }
        claims.video.can_subscribe = Some(false);
        claims.sub = format!("{}#{suffix}", claims.sub);
    }
    if !entry.metadata.is_empty() {
        claims.metadata.clone_from(&entry.metadata);
    }
    for (name, value) in entry.attributes.iter().filter(|(_, value)| !value.is_empty()) {
        claims.attributes.insert(name.clone(), value.clone());
    }
    from_proto::metadata(claims.metadata.clone()).map_err(|_| bad("metadata size exceeds limits"))?;
    from_proto::attributes(claims.attributes.clone()).map_err(|_| bad("attribute size exceeds limits"))?;

    let (room, identity, limit) = (passage.media_room, claims.sub.clone(), passage.limit);
    if entry.resume.is_none() {
        if !app.settings.auto_create && app.rooms.find(&room).is_none() {
            return Err((StatusCode::NOT_FOUND, NO_ROOM.to_owned()));
        }
        app.rooms
            .has_place(&room, Some(&identity), limit)
            .map_err(|refusal| {
                let status = match refusal {
                    Refusal::RoomFull => StatusCode::FORBIDDEN,
                    Refusal::ServerFull | Refusal::Stopping => StatusCode::SERVICE_UNAVAILABLE,
                };
                (status, refusal.to_string())
            })?;
    }
    Ok(Admitted {
        grant,
        entry,
        room,
        identity,
        limit,
    })
}

/// Whoever had a token may have been removed since, or the padlock turned.
async fn ask_the_door(app: &App, grant: &Grant) -> Result<Passage, Denied> {
    let bearer = again::Bearer {
        room: &grant.claims.video.room,
        identity: &grant.claims.sub,
        ours: app.keys.own().is_some_and(|own| own.key == grant.key),
    };
    let answer = again::ask(&app.store, Timestamp::now(), bearer).await;
    answer.map_err(|turned| match turned {
        Turned::Store(error) => {
            tracing::error!(%error, "the door could not be asked");
            (StatusCode::SERVICE_UNAVAILABLE, "the server is busy".to_owned())
        }
        refused => (StatusCode::FORBIDDEN, refused.to_string()),
    })
}
