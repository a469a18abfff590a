//! Access tokens: who may do what, signed with an API key.

use std::collections::BTreeMap;
use std::time::Duration;

use livekit_protocol::{RoomConfiguration, participant_info};
use livekit_token::{AccessToken, Claims, TokenVerifier, VideoGrants};
use meetings::hosting::Role;
use sfu::room::RoomView;
use sfu::signal::{ParticipantInfo, Permission, Source};

use super::to_proto;
use crate::backend::{Holder, ROLE};
use crate::keys::{ApiKey, KeyRing};
use crate::rooms::RoomOptions;
use store::Secret;

/// How long a join token, and a refreshed one, is good for.
pub const JOIN_LIFE: Duration = Duration::from_secs(600);

/// Longer tokens are refused unread; real ones have a few hundred bytes, and room for attributes.
const MAX_TOKEN: usize = 32 * 1024;

/// A token that was signed with one of our keys and is valid now.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The public half of the key.
    pub key: String,
    /// What it says.
    pub claims: Claims,
}

/// Why a token is not accepted. The texts are LiveKit's own: clients and their users know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// None was sent.
    #[error("no permissions to access the room")]
    Missing,
    /// Not `Bearer …`.
    #[error("invalid authorization header. Must start with Bearer ")]
    Header,
    /// Not a token, wrongly signed, expired or not valid yet.
    #[error("invalid token: it is malformed, wrongly signed or expired")]
    Invalid,
    /// Signed with a key that is not ours.
    #[error("invalid API key")]
    UnknownKey,
}

/// Reads a token and checks its signature and times (with a minute's leeway).
pub fn verify(keys: &KeyRing, token: &str) -> Result<Grant, TokenError> {
    if token.len() > MAX_TOKEN {
        return Err(TokenError::Invalid);
    }
    let unverified = Claims::from_unverified(token).map_err(|_| TokenError::Invalid)?;
    let key = keys.by_key(&unverified.iss).ok_or(TokenError::UnknownKey)?;
    let verifier = TokenVerifier::with_api_key(&key.key, key.secret.expose());
    let claims = verifier.verify(token).map_err(|_| TokenError::Invalid)?;
    Ok(Grant { key: key.key, claims })
}

/// Who is to join which room.
#[derive(Clone, Debug)]
pub struct JoinToken<'a> {
    /// The room's name.
    pub room: &'a str,
    /// Who, for machines.
    pub identity: &'a str,
    /// Who, for people.
    pub name: &'a str,
    /// What everybody in the call sees them as.
    pub role: Role,
    /// The room's metadata, should it be opened with this token.
    pub room_metadata: &'a str,
}

/// A token with which a person joins one room, and may publish, watch and write there, but not change what others see
/// of them: their name and role are the door's word.
pub fn mint(key: &str, secret: &Secret, join: &JoinToken<'_>) -> Option<Secret> {
    AccessToken::with_api_key(key, secret.expose())
        .with_ttl(JOIN_LIFE)
        .with_identity(join.identity)
        .with_name(join.name)
        .with_attributes([(ROLE, join.role.word())])
        .with_grants(VideoGrants {
            room_join: true,
            room: join.room.to_owned(),
            can_update_own_metadata: Some(false),
            ..Default::default()
        })
        .with_room_config(RoomConfiguration {
            metadata: join.room_metadata.to_owned(),
            ..Default::default()
        })
        .to_jwt()
        .ok()
        .map(Secret::new)
}

/// Who holds a token with these claims, which were verified.
pub fn holder(claims: Claims, ours: bool) -> Holder {
    let word = claims.attributes.get(ROLE).map(String::as_str);
    let named = [Role::Host, Role::Member]
        .into_iter()
        .find(|role| word == Some(role.word()));
    let role = match claims.video.room_admin {
        true => Role::Host,
        false => named.unwrap_or(Role::Guest),
    };
    Holder {
        room: claims.video.room,
        identity: claims.sub,
        name: claims.name,
        role,
        ours,
    }
}

/// A fresh token for somebody who is in a room: the old one with what has changed since, for [`JOIN_LIFE`].
pub fn refresh(key: &ApiKey, grant: &Grant, view: &RoomView, identity: &str) -> Option<Secret> {
    let mut claims = grant.claims.clone();
    if let Some(who) = view
        .participants
        .iter()
        .find(|who| who.identity.as_str() == identity)
    {
        claims.name.clone_from(&who.name);
        claims.metadata.clone_from(&who.metadata);
        claims.attributes = who.attributes.clone().into_iter().collect();
        write_permission(&mut claims.video, &who.permission);
    }
    let mut token = AccessToken::with_api_key(&key.key, key.secret.expose())
        .with_ttl(JOIN_LIFE)
        .with_identity(&claims.sub)
        .with_name(&claims.name)
        .with_kind(&claims.kind)
        .with_metadata(&claims.metadata)
        .with_attributes(claims.attributes)
        .with_grants(claims.video);
    if let Some(config) = claims.room_config {
        token = token.with_room_config(config);
    }
    token.to_jwt().ok().map(Secret::new)
}

fn write_permission(video: &mut VideoGrants, permission: &Permission) {
    video.can_publish = Some(permission.can_publish);
    video.can_subscribe = Some(permission.can_subscribe);
    video.can_publish_data = Some(permission.can_publish_data);
    video.can_publish_sources = permission
        .can_publish_sources
        .iter()
        .map(|source| to_proto::source_name(*source).to_owned())
        .collect();
    video.can_update_own_metadata = Some(permission.can_update_metadata);
    video.hidden = permission.hidden;
    video.recorder = permission.recorder;
    video.agent = permission.agent;
}

/// What a grant lets its holder do in a room.
pub fn permission(video: &VideoGrants) -> Permission {
    Permission {
        can_subscribe: video.can_subscribe(),
        can_publish: video.can_publish(),
        can_publish_data: video.can_publish_data(),
        can_publish_sources: video
            .can_publish_sources
            .iter()
            .map(|name| source(name))
            .collect(),
        hidden: video.hidden,
        can_update_metadata: video.can_update_own_metadata(),
        recorder: video.recorder,
        agent: video.agent,
    }
}

/// An unknown source stays in the list as [`Source::Unknown`]: it must not turn a narrow grant into a wide one.
fn source(name: &str) -> Source {
    match name.to_ascii_lowercase().as_str() {
        "camera" => Source::Camera,
        "microphone" => Source::Microphone,
        "screen_share" => Source::ScreenShare,
        "screen_share_audio" => Source::ScreenShareAudio,
        _ => Source::Unknown,
    }
}

/// The `ParticipantInfo.Kind` number of a token.
pub fn kind(claims: &Claims) -> i32 {
    let named = participant_info::Kind::from_str_name(&claims.kind.to_ascii_uppercase());
    match (named, claims.video.agent, claims.video.recorder) {
        (Some(kind), _, _) => kind.into(),
        (None, true, _) => participant_info::Kind::Agent.into(),
        (None, false, true) => participant_info::Kind::Egress.into(),
        (None, false, false) => participant_info::Kind::Standard.into(),
    }
}

/// Whether a participant is a person, by computer or by phone, whom others may see; recorders and agents are not.
pub fn is_person(who: &ParticipantInfo) -> bool {
    let kind = participant_info::Kind::try_from(who.kind);
    let person = matches!(
        kind,
        Ok(participant_info::Kind::Standard | participant_info::Kind::Sip)
    );
    person && !who.permission.hidden
}

/// What the token says about a room that its holder opens.
pub fn room_options(claims: &Claims) -> RoomOptions {
    match &claims.room_config {
        Some(config) => RoomOptions {
            empty_timeout: config.empty_timeout,
            departure_timeout: config.departure_timeout,
            max_participants: config.max_participants,
            metadata: config.metadata.clone(),
        },
        None => RoomOptions::default(),
    }
}

/// The token's attributes in the order of their names.
pub fn attributes(claims: &Claims) -> BTreeMap<String, String> {
    claims.attributes.clone().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ring() -> (tempfile::TempDir, KeyRing) {
        let folder = tempfile::tempdir().expect("a folder");
        let location = store::Location::in_folder(folder.path());
        let store = store::Store::open(&location, folder.path()).await.expect("opens");
        let ring = KeyRing::open(&store, jiff::Timestamp::UNIX_EPOCH)
            .await
            .expect("opens");
        (folder, ring)
    }

    fn token(key: &ApiKey, life: i64) -> String {
        let ttl = Duration::from_secs(u64::try_from(life.max(0)).expect("not negative"));
        AccessToken::with_api_key(&key.key, key.secret.expose())
            .with_ttl(ttl)
            .with_identity("ada")
            .with_grants(VideoGrants {
                room_join: true,
                room: "tree".to_owned(),
                ..Default::default()
            })
            .to_jwt()
            .expect("signs")
    }

    #[tokio::test]
    async fn what_we_sign_we_accept() {
        let (_folder, ring) = ring().await;
        let own = ring.own().expect("made at first start");
        let join = JoinToken {
            room: "tree",
            identity: "guest-1",
            name: "Ada",
            role: Role::Member,
            room_metadata: "{}",
        };
        let grant =
            verify(&ring, mint(&own.key, &own.secret, &join).expect("signs").expose()).expect("accepts");
        assert_eq!(
            (grant.claims.sub.as_str(), grant.claims.name.as_str()),
            ("guest-1", "Ada")
        );
        assert_eq!(room_options(&grant.claims).metadata, "{}");
        let permission = permission(&grant.claims.video);
        assert!(permission.can_publish && !permission.can_update_metadata);
        let holder = holder(grant.claims, true);
        assert_eq!((holder.room.as_str(), holder.role), ("tree", Role::Member));
    }

    #[tokio::test]
    async fn a_wrong_signature_an_unknown_key_and_rubbish_are_refused() {
        let (_folder, ring) = ring().await;
        let own = ring.own().expect("made at first start");
        let forged = ApiKey {
            secret: Secret::new("x".repeat(43)),
            ..own.clone()
        };
        assert_eq!(
            verify(&ring, &token(&forged, 60)).expect_err("forged"),
            TokenError::Invalid
        );
        let unknown = ApiKey {
            key: "APIother".to_owned(),
            ..own
        };
        assert_eq!(
            verify(&ring, &token(&unknown, 60)).expect_err("unknown"),
            TokenError::UnknownKey
        );
        assert_eq!(verify(&ring, "a.b.c").expect_err("rubbish"), TokenError::Invalid);
    }

    #[test]
    fn a_narrow_grant_with_an_unknown_source_stays_narrow() {
        let video = VideoGrants {
            can_publish_sources: vec!["hologram".to_owned()],
            ..Default::default()
        };
        assert_eq!(permission(&video).can_publish_sources, [Source::Unknown]);
    }
}
