//! A server for one test, tokens for it, and what its tests share.

mod api;
pub(crate) mod authority;
mod backend;
mod browser;
mod client;
mod door;
mod house;
pub(crate) mod identity;
mod media;
#[path = "../../../store/tests/it/postgres.rs"]
mod postgres;
mod smtp;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;
use jiff::Timestamp;
use livekit_protocol as proto;
use livekit_token::{AccessToken, VideoGrants};
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::id::PersonId;
use meetings::scope::Scope;
use prost::Message as _;
use server::actions::people::Addition;
use server::actions::{api_tokens, people};
use server::config::Settings;
use server::keys::{self, ApiKey};
use server::serve::{self, Running};
use store::{Secret, Store};

pub(crate) use api::{Api, answer, outcomes, refused};
pub(crate) use backend::{changes_ada, makes_a_room, media_room};
pub(crate) use browser::Browser;
pub(crate) use client::{Client, Ended, open};
pub(crate) use house::OWNER;
pub(crate) use media::RecordingMedia;
pub(crate) use postgres::new_database;
pub(crate) use smtp::MailServer;

/// How long a test waits for something that must happen.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A running server with its own folder and an API key.
pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) key: ApiKey,
    pub(crate) media: Arc<RecordingMedia>,
    pub(crate) folder: tempfile::TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// On SQLite, or on PostgreSQL when `TEST_DATABASE=postgres` asks for it.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = Settings::defaults();
        settings.data = folder.path().to_owned();
        settings.database_url = match std::env::var("TEST_DATABASE").as_deref() {
            Ok("postgres") => Some(Secret::new(postgres::new_database())),
            Ok(unknown) => panic!("TEST_DATABASE is {unknown}, and can be postgres"),
            Err(_) => None,
        };
        let store = Store::open(&settings.location(), &settings.data)
            .await
            .expect("an empty folder opens");
        let key = keys::add(&store, Timestamp::now(), "test").await.expect("a key");
        store.close().await.expect("closes");
        settings.listen = "127.0.0.1:0".parse().expect("an address");
        change(&mut settings);
        let media = Arc::new(RecordingMedia::default());
        let running = serve::start(settings, Some(media.clone()))
            .await
            .expect("the server starts");
        Self {
            running,
            key,
            media,
            folder,
        }
    }

    /// The program with this server's folder and database.
    pub(crate) fn command(&self) -> Command {
        let mut command = palabre(self.folder.path());
        command.env("PALABRE_DATA", self.folder.path());
        if let Some(url) = &self.running.app.settings.database_url {
            command.env("PALABRE_DATABASE_URL", url.expose());
        }
        command
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.app.address)
    }

    pub(crate) fn token(&self, grants: VideoGrants, identity: &str) -> String {
        self.named_token(grants, identity, &identity.to_uppercase())
    }

    pub(crate) fn named_token(&self, grants: VideoGrants, identity: &str, name: &str) -> String {
        AccessToken::with_api_key(&self.key.key, self.key.secret.expose())
            .with_identity(identity)
            .with_name(name)
            .with_ttl(Duration::from_secs(60))
            .with_grants(grants)
            .to_jwt()
            .expect("signs")
    }

    pub(crate) fn join_token(&self, room: &str, identity: &str) -> String {
        self.token(joins(room), identity)
    }

    /// Adds somebody as the command line does (the first one is owner); the secret of their link.
    pub(crate) async fn person(&self, email: &str, name: &str) -> (PersonId, Secret) {
        let addition = Addition {
            email: EmailAddress::parse(email).expect("an address"),
            name: Some(DisplayName::parse(name).expect("a name")),
            role: None,
        };
        let store = &self.running.app.store;
        people::add_from_command_line(store, Timestamp::now(), addition)
            .await
            .expect("adds")
    }

    /// Adds somebody and signs them in; the cookie of their browser.
    pub(crate) async fn sign_in(&self, email: &str, name: &str) -> String {
        let (_, secret) = self.person(email, name).await;
        let body = serde_json::json!({ "secret": secret.expose() });
        let request = reqwest::Client::new()
            .post(self.url("/api/v1/sign-in/link"))
            .json(&body);
        let answer = request.send().await.expect("answers");
        let cookie = answer.headers()["set-cookie"].to_str().expect("text");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// A token of the API for somebody who was added.
    pub(crate) async fn api_token(&self, email: &str, scopes: &[&str]) -> String {
        let email = EmailAddress::parse(email).expect("an address");
        let scopes: Vec<Scope> = scopes
            .iter()
            .map(|scope| scope.parse().expect("a scope"))
            .collect();
        let store = &self.running.app.store;
        let token = api_tokens::add_from_command_line(store, Timestamp::now(), &email, "test", &scopes).await;
        token.expect("a token").expose().to_owned()
    }

    /// A client in a room, past its join response.
    pub(crate) async fn client(&self, room: &str, identity: &str) -> Client {
        let token = self.join_token(room, identity);
        Client::enter(self, &token, &join_request(proto::JoinRequest::default())).await
    }
}

/// The program in a folder, with no settings from outside.
pub(crate) fn palabre(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palabre"));
    command.current_dir(folder);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PALABRE_")) {
        command.env_remove(name);
    }
    command
}

pub(crate) fn joins(room: &str) -> VideoGrants {
    VideoGrants {
        room_join: true,
        room: room.to_owned(),
        ..Default::default()
    }
}

pub(crate) fn administers(room: &str) -> VideoGrants {
    VideoGrants {
        room_admin: true,
        room_create: true,
        room_list: true,
        room: room.to_owned(),
        ..Default::default()
    }
}

/// The query of `/rtc/v1` for a join request, uncompressed.
pub(crate) fn join_request(request: proto::JoinRequest) -> String {
    let settings = request.connection_settings;
    let request = proto::JoinRequest {
        connection_settings: settings.or(Some(proto::ConnectionSettings {
            auto_subscribe: true,
            ..Default::default()
        })),
        ..request
    };
    let wrapped = proto::WrappedJoinRequest {
        join_request: request.encode_to_vec(),
        ..Default::default()
    };
    format!("join_request={}", BASE64_URL_SAFE.encode(wrapped.encode_to_vec()))
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(SOON, wait).await.is_ok(),
        "it never happened: {what}"
    );
}
