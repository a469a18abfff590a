//! A running server: everything that `palabre serve` puts together, and how it stops.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use meetings::id::RoomId;
use store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actions::error::Error;
use crate::actions::welcome;
use crate::backend::MediaBackend;
use crate::backend::embedded::Embedded;
use crate::backend::livekit_cluster::LiveKitCluster;
use crate::config::{Settings, SettingsError};
use crate::http::events::Streams;
use crate::http::failed_joins::REPORTS_PER_MINUTE;
use crate::http::limiter::Limiter;
use crate::http::listener::Speaks;
use crate::http::proxies::Proxies;
use crate::http::rooms::LOOKS_PER_MINUTE;
use crate::http::{listener, metrics, plain, router};
use crate::jobs::{DeliverWebhook, Forget, Jobs, SendMail};
use crate::keeper::Keeper;
use crate::keys::{KeyRing, KeysError};
use crate::livekit::webhooks::Webhooks;
use crate::mail::post::Post;
use crate::media::{self, MediaPlane, NoMedia};
use crate::rooms::{Limits, Rooms};
use crate::tls::plan::{self, Plan};
use crate::tls::{FilesError, Tls, advice};
use crate::webhooks::Carrier;

/// How long rooms have to say good-bye, answers to finish and webhooks to be delivered when the server stops.
const GOODBYE: Duration = Duration::from_secs(3);

/// Sign-ins that one network address may begin in a minute: a company's first minute at work behind one address.
const SIGN_INS_PER_MINUTE: u32 = 120;
/// Messages somebody in a call may write in a minute: nobody types as fast, and whoever pastes may paste.
const MESSAGES_PER_MINUTE: u32 = 60;

/// What every request may use.
pub struct App {
    /// Since when it runs.
    pub started: Timestamp,
    /// As resolved at the start.
    pub settings: Settings,
    /// Where the web server listens.
    pub address: SocketAddr,
    /// Its certificate, when it speaks https itself.
    pub tls: Option<Arc<Tls>>,
    /// What is remembered.
    pub store: Store,
    /// API keys.
    pub keys: Arc<KeyRing>,
    /// Rooms of the embedded server.
    pub rooms: Arc<Rooms>,
    /// Whoever carries media.
    pub backend: Arc<dyn MediaBackend>,
    /// The cluster behind `backend`, when it is one.
    pub cluster: Option<Arc<LiveKitCluster>>,
    /// Who carries letters.
    pub post: Arc<Post>,
    /// Who carries what webhooks are told.
    pub carrier: Carrier,
    /// How often one network address may ask to join.
    pub joins: Limiter,
    /// How often one network address may begin to sign in, apart from codes, which are counted by the hour.
    pub sign_ins: Limiter,
    /// How often somebody in a call may write.
    pub messages: Limiter<(RoomId, String)>,
    /// Pages that listen to events.
    pub streams: Streams,
    /// How often one network address may tell of a call that did not come about.
    pub reports: Limiter,
    /// How often strangers of one address look at rooms.
    pub looks: Limiter,
    /// Open signalling sockets, so that their last words are written before the process ends.
    pub sockets: TaskTracker,
    /// Cancelled when the server begins to stop.
    pub stopping: CancellationToken,
}

/// Why a server does not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings that do not go together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The certificate of the settings.
    #[error(transparent)]
    Certificate(#[from] FilesError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys in it.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The address of the web server.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
    /// The media port.
    #[error("cannot use the media port: {0}")]
    Media(String),
    /// The mail server's address.
    #[error("{0}")]
    Mail(String),
    /// The folder cannot be written.
    #[error("the folder {} cannot be written: {source}", folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A server that runs.
pub struct Running {
    /// What its requests use.
    pub app: Arc<App>,
    jobs: Jobs,
    webhooks: Webhooks,
    keeper: Keeper,
    stop_http: CancellationToken,
    http: Vec<JoinHandle<()>>,
    /// Where plain http is listened for beside https.
    plain: Option<SocketAddr>,
    advice: Option<String>,
    upkeep: JoinHandle<()>,
}

/// Starts a server whose media is carried by `media` (or by the cluster of the settings).
pub async fn start(
    mut settings: Settings,
    media: Option<Arc<dyn MediaPlane>>,
) -> Result<Running, StartError> {
    metrics::install();
    let store = Store::open(&settings.location(), &settings.data).await?;
    let keys = Arc::new(KeyRing::open(&store, Timestamp::now()).await?);
    let plan = plan::plan(&settings)?;
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr().unwrap_or(settings.listen);
    // Links in letters name the port that was found.
    settings.listen = address;
    let plain_listener = listen_plainly(&plan, &settings).await?;
    let plain_address = plain_listener
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    let tls = Tls::start(
        &plan,
        &settings,
        address.port(),
        plain_address.map(|address| address.port()),
    )
    .await?;
    let first = tls
        .as_ref()
        .is_some_and(|tls| tls.status().borrow().good_until.is_none());
    let advice = advice::advice(&plan, &settings, address, media::in_network(), first);

    let media = media.unwrap_or_else(|| Arc::new(NoMedia));
    let limits = Limits {
        per_room: settings.max_participants_per_room,
        in_all: settings.max_participants,
    };
    let rooms = Rooms::new(limits, media);
    let cluster = cluster(&settings);
    let backend: Arc<dyn MediaBackend> = match &cluster {
        Some(cluster) => cluster.clone(),
        None => Arc::new(Embedded::new(rooms.clone(), keys.clone())),
    };
    let webhooks = Webhooks::start(
        &settings.webhook_url,
        &settings.webhook_key,
        &keys,
        backend.events(),
    );
    let post = Arc::new(Post::of(&settings, address).map_err(StartError::Mail)?);
    let app = Arc::new(App {
        started: Timestamp::now(),
        post,
        carrier: Carrier::new(settings.webhook_private),
        joins: Limiter::per_minute(settings.joins_per_minute),
        sign_ins: Limiter::per_minute(SIGN_INS_PER_MINUTE),
        messages: Limiter::per_minute(MESSAGES_PER_MINUTE),
        streams: Streams::default(),
        reports: Limiter::per_minute(REPORTS_PER_MINUTE),
        looks: Limiter::per_minute(LOOKS_PER_MINUTE),
        settings,
        address,
        tls: tls.map(Arc::new),
        store,
        keys,
        rooms,
        backend,
        cluster,
        sockets: TaskTracker::new(),
        stopping: CancellationToken::new(),
    });
    let keeper = Keeper::start(app.store.clone(), app.backend.clone(), app.cluster.is_some());
    if app.settings.database_url.is_some() && app.cluster.is_none() {
        tracing::warn!(
            "the embedded media server belongs to this server alone: several servers on one database need --livekit-url"
        );
    }
    let worker = format!("{address}, process {}", std::process::id());
    let jobs = Jobs::start(
        &app.store,
        worker,
        vec![
            Arc::new(SendMail::new(app.post.clone())),
            Arc::new(DeliverWebhook::new(app.carrier.clone())),
            Arc::new(Forget),
        ],
    );
    Forget::ask(&app.store, Timestamp::now()).await?;
    let stop_http = CancellationToken::new();
    let proxies = Arc::new(Proxies::new(&app.settings.trusted_proxy));
    let (pages, plain) = (router::router(app.clone()), plain::router(app.clone()));
    let beside = plain_listener.map(|listener| (listener, Speaks::Http(plain.clone())));
    let speaks = match app.tls.clone() {
        Some(tls) => Speaks::Https {
            tls,
            router: pages,
            plain,
        },
        None => Speaks::Http(pages),
    };
    let served = [Some((listener, speaks)), beside].into_iter().flatten();
    let http = served
        .map(|(listener, speaks)| {
            let served = listener::serve(listener, speaks, proxies.clone(), stop_http.clone(), GOODBYE);
            tokio::spawn(served)
        })
        .collect();
    let upkeep = tokio::spawn(metrics::keep_up());
    Ok(Running {
        app,
        jobs,
        webhooks,
        keeper,
        stop_http,
        http,
        plain: plain_address,
        advice,
        upkeep,
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| {
        let reason = match error.kind() {
            ErrorKind::AddrInUse => "another program uses this port".to_owned(),
            ErrorKind::PermissionDenied => {
                "the system does not permit it; ports below 1024 are for root, or for a \
                 program with the capability: setcap cap_net_bind_service=+ep palabre"
                    .to_owned()
            }
            _ => error.to_string(),
        };
        StartError::Listen { address, reason }
    })
}

/// Listens for plain http beside https; a default port that cannot be had is done without.
async fn listen_plainly(plan: &Plan, settings: &Settings) -> Result<Option<TcpListener>, StartError> {
    let Some((address, required)) = plan::plain_listener(plan, settings) else {
        return Ok(None);
    };
    match listen(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if required => Err(error),
        Err(error) => {
            tracing::warn!(
                "{error}; http:// is not led to https://, and a certificate is obtained by port 443 alone"
            );
            Ok(None)
        }
    }
}

fn cluster(settings: &Settings) -> Option<Arc<LiveKitCluster>> {
    let (url, key) = (settings.livekit_url.as_ref()?, settings.livekit_key.as_ref()?);
    let secret = settings.livekit_secret.as_ref()?;
    Some(Arc::new(LiveKitCluster::new(
        url,
        key,
        secret,
        settings.max_participants_per_room,
    )))
}

impl Running {
    /// The address people open in a browser.
    pub fn url(&self) -> String {
        format!("{}/", self.app.settings.base())
    }

    /// The link with which the first person makes the organisation, while there is none; the one of before is void.
    pub async fn welcome_link(&self) -> Result<Option<String>, Error> {
        let secret = welcome::link(&self.app.store, Timestamp::now()).await?;
        Ok(secret.map(|secret| self.app.settings.link("welcome", &secret)))
    }

    /// Where plain http is listened for beside https.
    pub fn plain_address(&self) -> Option<SocketAddr> {
        self.plain
    }

    /// What whoever starts the server must know about https.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// Tells everybody to come back, closes every socket, delivers the last webhooks; takes a few seconds at most.
    pub async fn stop(self) {
        self.app.stopping.cancel();
        self.app.rooms.stop(GOODBYE).await;
        self.app.sockets.close();
        if tokio::time::timeout(GOODBYE, self.app.sockets.wait())
            .await
            .is_err()
        {
            tracing::debug!("some signalling sockets were cut");
        }
        self.stop_http.cancel();
        for served in self.http {
            // A task that panicked has stopped too.
            let _ = served.await;
        }
        self.jobs.stop(GOODBYE).await;
        self.keeper.stop().await;
        self.webhooks.stop(GOODBYE).await;
        self.upkeep.abort();
        if let Err(error) = self.app.store.clone().close().await {
            tracing::warn!(%error, "the store did not close");
        }
    }
}
