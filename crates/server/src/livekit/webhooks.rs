//! Tells other systems what happens in rooms: LiveKit's webhooks, signed, in order, tried again when they fail.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use livekit_protocol::WebhookEvent;
use livekit_token::AccessToken;
use sfu::room::RoomAnnouncement;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;
use url::Url;

use super::to_proto;
use crate::keys::KeyRing;
use crate::rooms::now;

/// Events that may wait for one address: an hour of a busy server. When it is full the newest are dropped and
/// counted.
const QUEUE: usize = 1000;

/// Tries of one event, the first one counted.
const TRIES: u32 = 8;

/// Wait after the first failure; doubles with each further one, up to about half a minute.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The deliveries of a server; dropping it stops them.
pub struct Webhooks {
    distribution: JoinHandle<()>,
    deliveries: Vec<JoinHandle<()>>,
}

impl Webhooks {
    /// Begins to deliver what `events` tells to every address.
    pub fn start(
        urls: &[Url],
        key_label: &str,
        keys: &Arc<KeyRing>,
        mut events: broadcast::Receiver<Arc<RoomAnnouncement>>,
    ) -> Self {
        let mut receivers = Vec::new();
        let mut deliveries = Vec::new();
        for url in urls {
            let (queue, waiting) = mpsc::channel(QUEUE);
            receivers.push(queue);
            let delivery = Delivery {
                url: url.clone(),
                label: key_label.to_owned(),
                keys: keys.clone(),
            };
            deliveries.push(tokio::spawn(delivery.run(waiting)));
        }
        let distribution = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(announcement) => {
                        let Some(event) = event(&announcement) else {
                            continue;
                        };
                        let full = receivers
                            .iter()
                            .filter(|queue| queue.try_send(event.clone()).is_err())
                            .count();
                        dropped(full as u64);
                    }
                    Err(broadcast::error::RecvError::Lagged(count)) => {
                        dropped(count * receivers.len() as u64);
                    }
                    Err(broadcast::error::RecvError::Closed) => break,
                }
            }
        });
        Self {
            distribution,
            deliveries,
        }
    }

    /// Delivers what waits, for so long at most.
    pub async fn stop(mut self, patience: Duration) {
        let deadline = tokio::time::Instant::now() + patience;
        // A moment for the last announcements; then the queues are closed and run dry.
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.distribution.abort();
        for delivery in &mut self.deliveries {
            // Past the deadline the rest is given up, as after a crash.
            let _ = tokio::time::timeout_at(deadline, delivery).await;
        }
    }
}

impl Drop for Webhooks {
    fn drop(&mut self) {
        self.distribution.abort();
        self.deliveries.iter().for_each(JoinHandle::abort);
    }
}

fn dropped(count: u64) {
    metrics::counter!("palabre_webhooks_total", "result" => "dropped").increment(count);
}

struct Delivery {
    url: Url,
    label: String,
    keys: Arc<KeyRing>,
}

impl Delivery {
    async fn run(self, mut waiting: mpsc::Receiver<WebhookEvent>) {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("the client has no settings that can be wrong");
        while let Some(event) = waiting.recv().await {
            self.deliver(&client, &event).await;
        }
    }

    async fn deliver(&self, client: &reqwest::Client, event: &WebhookEvent) {
        let body = serde_json::to_string(event).expect("a webhook event is always JSON");
        let mut wait = FIRST_WAIT;
        for attempt in 1..=TRIES {
            let problem = match self.attempt(client, &body).await {
                Ok(()) => {
                    metrics::counter!("palabre_webhooks_total", "result" => "delivered").increment(1);
                    return;
                }
                Err(problem) => problem,
            };
            // The address may hold a password: only its host is told.
            let host = self.url.host_str().unwrap_or_default();
            tracing::warn!(
                host,
                event = event.event,
                id = event.id,
                attempt,
                problem,
                "a webhook failed"
            );
            if attempt < TRIES {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
        }
        metrics::counter!("palabre_webhooks_total", "result" => "given_up").increment(1);
    }

    async fn attempt(&self, client: &reqwest::Client, body: &str) -> Result<(), String> {
        let key = self
            .keys
            .by_label(&self.label)
            .ok_or("there is no such webhook key")?;
        let hash = BASE64_STANDARD.encode(digest(&SHA256, body.as_bytes()));
        let token = AccessToken::with_api_key(&key.key, key.secret.expose())
            .with_ttl(Duration::from_secs(300))
            .with_sha256(&hash)
            .to_jwt()
            .map_err(|error| error.to_string())?;
        let answer = client
            .post(self.url.clone())
            .header("content-type", "application/webhook+json")
            .header("authorization", token)
            .body(body.to_owned())
            .send()
            .await
            .map_err(|error| error.without_url().to_string())?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("status {}", answer.status()))
        }
    }
}

/// An announcement as LiveKit's webhooks tell it; `None` for those that are only figures.
pub fn event(announcement: &RoomAnnouncement) -> Option<WebhookEvent> {
    let (name, room, participant, track) = match announcement {
        RoomAnnouncement::RoomStarted(room) => ("room_started", room, None, None),
        RoomAnnouncement::RoomFinished(room) => ("room_finished", room, None, None),
        RoomAnnouncement::ParticipantJoined(room, who) => ("participant_joined", room, Some(who), None),
        RoomAnnouncement::ParticipantLeft(room, who) => ("participant_left", room, Some(who), None),
        RoomAnnouncement::ParticipantConnectionAborted(room, who) => {
            ("participant_connection_aborted", room, Some(who), None)
        }
        RoomAnnouncement::TrackPublished(room, who, track) => {
            ("track_published", room, Some(who), Some(track))
        }
        RoomAnnouncement::TrackUnpublished(room, who, track) => {
            ("track_unpublished", room, Some(who), Some(track))
        }
        RoomAnnouncement::TrackCodec(..) => return None,
    };
    Some(WebhookEvent {
        event: name.to_owned(),
        room: Some(to_proto::room_info(room.clone())),
        participant: participant.map(|who| to_proto::participant_info((**who).clone())),
        track: track.map(|track| to_proto::track_info((**track).clone())),
        id: format!("EV_{}", store::random::text(16)),
        created_at: now().unix_ms / 1000,
        ..Default::default()
    })
}
