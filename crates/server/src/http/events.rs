//! Server-sent events: a page sees what something is now, and again at each change on any server.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use store::{Announcement, Heard, Listener};
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::error::ApiError;
use crate::actions::error::Error;
use crate::serve::App;

/// Streams at once: as many people wait or watch on one server, at some kilobytes each.
const MAX_STREAMS: usize = 5_000;

/// Streams of one network address at once: an office with a hundred people behind it, and two pages each.
const MAX_OF_AN_ADDRESS: usize = 200;

/// How often a stream says something even when nothing happens: a connection that nobody reads from is found out, and
/// whoever listens is known to be there.
pub const BEAT: Duration = Duration::from_secs(10);

/// Why a stream looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It has just begun, or goes on.
    Beat,
    /// Something that concerns it has changed.
    Change,
}

/// What a stream sees.
#[derive(Debug)]
pub enum Sight<V> {
    /// This, for now.
    Now(V),
    /// This, and nothing after it.
    Last(V),
}

/// Looks again and again on behalf of a stream.
pub trait Look: Send + 'static {
    /// What is sent.
    type Event: Serialize + Send;

    /// Whether a change is worth another look.
    fn concerns(&self, change: Announcement) -> bool;

    /// What is there to see; an error ends the stream, and its page asks again.
    fn look(&mut self, why: Why) -> impl Future<Output = Result<Sight<Self::Event>, Error>> + Send;
}

/// Open streams.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them.
#[derive(Debug)]
struct Place {
    streams: Streams,
    address: IpAddr,
}

impl Streams {
    fn take(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let of_address = open.get(&address).copied().unwrap_or_default();
        if all >= MAX_STREAMS || of_address >= MAX_OF_AN_ADDRESS {
            return None;
        }
        open.insert(address, of_address + 1);
        let streams = self.clone();
        Some(Place { streams, address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// Answers with a stream of what `look` sees. What it sees first decides whether there is a stream at all.
pub async fn watch<L: Look>(app: &Arc<App>, address: IpAddr, mut look: L) -> Result<Response, ApiError> {
    let busy = || {
        let message = "too many pages listen at once: try again in a moment";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
    };
    let place = app.streams.take(address).ok_or_else(busy)?;
    // First listen, then look: nothing is missed between.
    let listener = app.store.listen();
    let first = look.look(Why::Beat).await?;
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Its first tick is at once, and that look is done.
    beat.tick().await;
    let watching = Watching {
        look,
        listener,
        beat,
        stopping: app.stopping.clone(),
        first: Some(first),
        told: None,
        over: false,
        _place: place,
    };
    let events = stream::unfold(watching, Watching::next);
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(BEAT));
    // Proxies that gather answers before they pass them on are asked not to.
    let unbuffered = [
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
        (
            axum::http::header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ),
    ];
    Ok((unbuffered, stream).into_response())
}

struct Watching<L: Look> {
    look: L,
    listener: Listener,
    beat: Interval,
    stopping: CancellationToken,
    first: Option<Sight<L::Event>>,
    /// What was sent last: the same is not sent twice.
    told: Option<String>,
    over: bool,
    _place: Place,
}

impl<L: Look> Watching<L> {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while !self.over {
            let sight = match self.first.take() {
                Some(first) => first,
                None => {
                    let why = self.wait().await?;
                    match self.look.look(why).await {
                        Ok(sight) => sight,
                        Err(error) => {
                            tracing::debug!(%error, "a stream ends");
                            return None;
                        }
                    }
                }
            };
            let (event, last) = match sight {
                Sight::Now(event) => (event, false),
                Sight::Last(event) => (event, true),
            };
            self.over = last;
            let text = serde_json::to_string(&event).expect("what we send is always JSON");
            if self.told.as_ref() != Some(&text) {
                self.told = Some(text.clone());
                return Some((Ok(Event::default().data(text)), self));
            }
        }
        None
    }

    /// Waits until it is time to look again; `None` when the server stops.
    async fn wait(&mut self) -> Option<Why> {
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return None,
                _ = self.beat.tick() => return Some(Why::Beat),
                heard = self.listener.next() => match heard? {
                    Heard::Reload => return Some(Why::Change),
                    Heard::Changed(change) if self.look.concerns(change) => return Some(Why::Change),
                    Heard::Changed(_) => {}
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_stream() {
        let streams = Streams::default();
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let held: Vec<_> = (0..MAX_OF_AN_ADDRESS).map(|_| streams.take(one)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(streams.take(one).is_none());
        assert!(streams.take(other).is_some());
        drop(held);
        assert!(streams.take(one).is_some());
        assert!(
            streams.0.lock().expect("whole").is_empty(),
            "what is closed is forgotten"
        );
    }
}
