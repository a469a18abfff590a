//! A browser of a test: keeps the cookies it is given, and may sit anywhere on the internet.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::Server;

/// A browser.
pub(crate) struct Browser {
    http: Client,
    base: String,
    /// Where it says it is; believed when the server trusts 127.0.0.1 as a proxy.
    from: Option<String>,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Server {
    /// A browser without any cookie.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            // Where a redirection leads is a thing to look at.
            http: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            base: self.url(""),
            from: None,
            cookies: Mutex::default(),
        }
    }

    /// One in which somebody is signed in, who is added first (the first one of all is owner, others members).
    pub(crate) async fn signed_in(&self, email: &str, name: &str) -> Browser {
        let cookie = self.sign_in(email, name).await;
        let (key, value) = cookie.split_once('=').expect("a pair");
        Browser {
            cookies: Mutex::new(BTreeMap::from([(key.to_owned(), value.to_owned())])),
            ..self.browser()
        }
    }

    /// One at a network address of its own.
    pub(crate) fn browser_at(&self, address: &str) -> Browser {
        Browser {
            from: Some(address.to_owned()),
            ..self.browser()
        }
    }
}

impl Browser {
    /// The same browser before another server of the same house.
    pub(crate) fn at(&self, server: &Server) -> Self {
        Self {
            cookies: Mutex::new(self.cookies.lock().expect("whole").clone()),
            ..server.browser()
        }
    }

    /// Forgets everything, as people do who want to be somebody else.
    pub(crate) fn forget_cookies(&self) {
        self.cookies.lock().expect("whole").clear();
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies = self.cookies.lock().expect("whole");
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0");
        if !pairs.is_empty() {
            request = request.header("cookie", pairs.join("; "));
        }
        if let Some(from) = &self.from {
            request = request.header("x-forwarded-for", from);
        }
        request
    }

    /// Sends it, and keeps the cookies of the answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Response {
        let answer = request.send().await.expect("answers");
        let mut cookies = self.cookies.lock().expect("whole");
        for set in answer.headers().get_all("set-cookie") {
            let text = set.to_str().expect("text");
            let (name, rest) = text.split_once('=').expect("a pair");
            let value = rest.split(';').next().unwrap_or_default();
            match value {
                "" => cookies.remove(name),
                _ => cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        json(self.send(self.request(Method::GET, path)).await).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        json(self.send(self.request(Method::POST, path).json(&body)).await).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (StatusCode, Value) {
        json(self.send(self.request(Method::DELETE, path)).await).await
    }

    /// What a cookie holds.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("whole").get(name).cloned()
    }
}

async fn json(answer: Response) -> (StatusCode, Value) {
    let status = answer.status();
    (status, answer.json().await.unwrap_or(Value::Null))
}
