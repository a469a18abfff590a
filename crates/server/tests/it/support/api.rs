//! Somebody who calls our API: in a browser, with a token, or unknown.

use jiff::Timestamp;
use meetings::display_name::DisplayName;
use meetings::email::EmailAddress;
use meetings::people::Role;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use server::actions::people::{Addition, add_from_command_line};

use super::Server;

/// How calls show who makes them.
enum Shows {
    Nothing,
    Cookie(String),
    Token(String),
}

/// A caller of the API.
pub(crate) struct Api {
    http: Client,
    base: String,
    shows: Shows,
    /// The id of who calls, when the test made them with their role.
    pub(crate) person: String,
}

impl Server {
    /// Somebody nobody knows.
    pub(crate) fn nobody(&self) -> Api {
        self.caller(Shows::Nothing)
    }

    /// Adds somebody (the first one is owner, others members) and signs them in.
    pub(crate) async fn browser_of(&self, email: &str, name: &str) -> Api {
        let cookie = self.sign_in(email, name).await;
        self.caller(Shows::Cookie(cookie))
    }

    /// A program with a token of somebody who was added.
    pub(crate) async fn program_of(&self, email: &str, scopes: &[&str]) -> Api {
        let token = self.api_token(email, scopes).await;
        self.caller(Shows::Token(token))
    }

    /// Adds somebody of a role, called as their address begins, and gives them a program that may do all with rooms.
    pub(crate) async fn somebody(&self, name: &str, role: Role) -> Api {
        let email = format!("{}@example.org", name.to_lowercase());
        let addition = Addition {
            email: EmailAddress::parse(&email).expect("an address"),
            name: Some(DisplayName::parse(name).expect("a name")),
            role: Some(role),
        };
        let added = add_from_command_line(&self.running.app.store, Timestamp::now(), addition).await;
        Api {
            person: added.expect("adds").0.to_string(),
            ..self.program_of(&email, &["rooms:write"]).await
        }
    }

    fn caller(&self, shows: Shows) -> Api {
        Api {
            http: Client::new(),
            base: self.url(""),
            shows,
            person: String::new(),
        }
    }
}

impl Api {
    /// A request as this caller makes it, for what the shorter ways below do not say.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.shows {
            Shows::Nothing => request,
            Shows::Cookie(cookie) => request.header("cookie", cookie).header("origin", &self.base),
            Shows::Token(token) => request.bearer_auth(token),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    /// An action without parameters.
    pub(crate) async fn act(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::PUT, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::DELETE, path)).await
    }

    /// Sends a file as it is: a list to be imported.
    pub(crate) async fn sends(&self, path: &str, file: impl Into<Vec<u8>>) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path).body(file.into())).await
    }

    /// Makes a room, which must go well.
    pub(crate) async fn makes(&self, room: Value) -> Value {
        let (status, made) = self.post("/api/v1/rooms", room).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }
}

/// What comes back; `null` for what is no JSON.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.expect("answers");
    let status = answer.status();
    (status, answer.json().await.unwrap_or(Value::Null))
}

/// The status and code of a refusal.
pub(crate) fn refused(answer: &(StatusCode, Value)) -> (u16, &str) {
    let (status, body) = answer;
    (status.as_u16(), body["code"].as_str().unwrap_or_default())
}

/// Line and outcome, or code of what is wrong, of each line of a list that was imported.
pub(crate) fn outcomes(report: &Value) -> Vec<(u64, &str)> {
    let lines = report["lines"].as_array().expect("lines");
    lines
        .iter()
        .map(|line| {
            let said = line["error"]["code"].as_str().or(line["outcome"].as_str());
            (line["line"].as_u64().expect("a line"), said.expect("an outcome"))
        })
        .collect()
}
