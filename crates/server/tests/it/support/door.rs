//! A browser at the door: it asks, knocks, and listens to events.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{Browser, SOON};

impl Browser {
    /// Asks to join under a name.
    pub(crate) async fn join(&self, room: &str, name: &str) -> (StatusCode, Value) {
        let path = format!("/api/v1/rooms/{room}/join");
        self.post(&path, json!({ "name": name })).await
    }

    /// The token of a way in.
    pub(crate) async fn enter(&self, room: &str, name: &str) -> String {
        let (status, answer) = self.join(room, name).await;
        assert_eq!(
            (status, &answer["state"]),
            (StatusCode::OK, &json!("admitted")),
            "{name}: {answer}"
        );
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// Knocks, and listens to what comes of it.
    pub(crate) async fn knock(&self, room: &str, name: &str) -> (String, Events) {
        let (status, answer) = self.join(room, name).await;
        assert_eq!(
            (status, &answer["state"]),
            (StatusCode::OK, &json!("knocking")),
            "{name}: {answer}"
        );
        let knock = answer["knock"].as_str().expect("a knock").to_owned();
        let events = self.listen(&format!("/api/v1/knocks/{knock}")).await;
        (knock, events)
    }

    /// Listens to events; panics when there are none to listen to.
    pub(crate) async fn listen(&self, path: &str) -> Events {
        match self.try_listen(path).await {
            Ok(events) => events,
            Err((status, body)) => panic!("nothing to listen to at {path}: {status} {body}"),
        }
    }

    /// Listens to events, or is refused.
    pub(crate) async fn try_listen(&self, path: &str) -> Result<Events, (StatusCode, Value)> {
        let answer = self.request(Method::GET, path).send().await.expect("answers");
        let status = answer.status();
        if status != StatusCode::OK {
            return Err((status, answer.json().await.unwrap_or(Value::Null)));
        }
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Ok(Events {
            answer,
            unread: String::new(),
        })
    }
}

/// Server-sent events as they come.
pub(crate) struct Events {
    answer: Response,
    unread: String,
}

impl Events {
    /// The next one; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let data = event.strip_prefix("data: ").map(str::to_owned);
                self.unread = rest.to_owned();
                match data {
                    Some(data) => return Some(serde_json::from_str(&data).expect("JSON")),
                    // A comment, to keep the connection open.
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(SOON * 2, self.answer.chunk()).await;
            let chunk = chunk
                .expect("something comes soon")
                .expect("the stream is whole")?;
            self.unread.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// The next one that holds.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        let search = async {
            while let Some(event) = self.next().await {
                if holds(&event) {
                    return Some(event);
                }
                seen.push(event);
            }
            None
        };
        match tokio::time::timeout(SOON, search).await {
            Ok(Some(event)) => event,
            Ok(None) => panic!("the stream ended before {what}: {seen:?}"),
            Err(_) => panic!("it never came: {what}; but {seen:?}"),
        }
    }

    /// The next one of this state.
    pub(crate) async fn state(&mut self, state: &str) -> Value {
        self.until(state, |event| event["state"] == state).await
    }
}
