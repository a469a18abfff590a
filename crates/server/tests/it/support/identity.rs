//! A sign-in service (OpenID Connect) for one test, which lies exactly as the test says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use url::Url;

/// As what it knows us, and by what.
pub(crate) const CLIENT: &str = "palabre";
pub(crate) const SECRET: &str = "a secret of a test";

/// What it gives whoever has exchanged their code.
const ACCESS: &str = "an access token";

/// How it signs what it says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signs {
    /// By this algorithm, with the key it shows for it: one of [`ALGORITHMS`].
    By(&'static str),
    /// With another key, under the same name.
    WithAnotherKey,
    /// Not at all, and says so (`alg: none`).
    Not,
    /// With the secret that the client knows, as if that proved something.
    WithTheSecret,
}

/// By which it can sign.
pub(crate) const ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

impl Default for Signs {
    fn default() -> Self {
        Self::By(ALGORITHMS[0])
    }
}

/// Where it differs from a good service. Every value is laid over what it would say: `null` takes a field away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lies {
    /// In the document that says what it can do.
    pub(crate) document: Value,
    /// Instead of that document: status, content type and body.
    pub(crate) no_document: Option<(u16, &'static str, String)>,
    /// In what its token says of somebody.
    pub(crate) claims: Value,
    /// In the signature of that token.
    pub(crate) signs: Signs,
    /// In the answer that holds the token.
    pub(crate) answer: Value,
    /// In what it says of somebody when it is asked again.
    pub(crate) user_info: Value,
}

/// A code it has given out, and for what.
struct Given {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inside {
    issuer: String,
    key: KeyPair,
    other_key: KeyPair,
    elliptic_key: EcdsaKeyPair,
    edwards_key: Ed25519KeyPair,
    lies: Mutex<Lies>,
    given: Mutex<HashMap<String, Given>>,
}

/// One that runs until it is dropped.
pub(crate) struct Identity {
    inside: Arc<Inside>,
    serving: JoinHandle<()>,
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Identity {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address: SocketAddr = listener.local_addr().expect("bound");
        let key = || KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let inside = Arc::new(Inside {
            issuer: format!("http://{address}"),
            key: key(),
            other_key: key(),
            elliptic_key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
            edwards_key: Ed25519KeyPair::generate().expect("a key"),
            lies: Mutex::default(),
            given: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(user_info))
            .with_state(inside.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Self { inside, serving }
    }

    /// Answers nobody any more.
    pub(crate) async fn stop(&mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.is_err(), "it served until now");
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.inside.issuer
    }

    /// From now on.
    pub(crate) fn lies(&self, lies: Lies) {
        *self.inside.lies.lock().expect("whole") = lies;
    }

    /// Somebody comes with the address they were sent to, and says who they are: the path and query of ours with which
    /// they go back.
    pub(crate) fn lets_go(&self, address: &str) -> String {
        let asked = Url::parse(address).expect("an address");
        assert!(
            asked
                .as_str()
                .starts_with(&format!("{}/authorize?", self.issuer())),
            "{asked}"
        );
        let query: HashMap<_, _> = asked.query_pairs().into_owned().collect();
        assert_eq!(
            (
                query["response_type"].as_str(),
                query["code_challenge_method"].as_str()
            ),
            ("code", "S256")
        );
        let mut given = self.inside.given.lock().expect("whole");
        let code = format!("code {}", given.len());
        let mut back = Url::parse(&query["redirect_uri"]).expect("an address");
        let one = Given {
            nonce: query["nonce"].clone(),
            challenge: query["code_challenge"].clone(),
            redirect: back.to_string(),
        };
        given.insert(code.clone(), one);
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &query["state"]);
        back[url::Position::BeforePath..].to_owned()
    }
}

/// What a field of a lie says is laid over the truth.
fn laid_over(mut truth: Value, lie: &Value) -> Value {
    for (field, value) in lie.as_object().into_iter().flatten() {
        match value {
            Value::Null => truth.as_object_mut().expect("an object").remove(field),
            _ => truth
                .as_object_mut()
                .expect("an object")
                .insert(field.clone(), value.clone()),
        };
    }
    truth
}

async fn document(State(inside): State<Arc<Inside>>) -> Response {
    let lies = inside.lies.lock().expect("whole").clone();
    if let Some((status, content_type, body)) = lies.no_document {
        let status = StatusCode::from_u16(status).expect("a status");
        return (status, [(header::CONTENT_TYPE, content_type)], body).into_response();
    }
    let issuer = &inside.issuer;
    let truth = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ALGORITHMS,
    });
    Json(laid_over(truth, &lies.document)).into_response()
}

async fn keys(State(inside): State<Arc<Inside>>) -> Json<Value> {
    let public = inside.key.public_key();
    let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    // A mark for its form, and two numbers of 32 bytes (SEC 1, §2.3.3).
    let point = inside.elliptic_key.public_key().as_ref();
    let edwards = inside.edwards_key.public_key().as_ref();
    Json(json!({ "keys": [
        {
            "kty": "RSA", "use": "sig", "kid": "one",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        },
        {
            "kty": "EC", "use": "sig", "alg": "ES256", "kid": "two",
            "crv": "P-256", "x": number(&point[1..33]), "y": number(&point[33..]),
        },
        { "kty": "OKP", "use": "sig", "alg": "EdDSA", "kid": "three", "crv": "Ed25519", "x": number(edwards) },
    ] }))
}

async fn token(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: String) -> Response {
    let asked: HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let ours = BASE64_STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+")));
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|shown| shown.to_str().ok());
    if shown != Some(format!("Basic {ours}").as_str()) {
        return refuse("invalid_client");
    }
    // A code is good once.
    let given = inside.given.lock().expect("whole").remove(&asked["code"]);
    let proven = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, asked["code_verifier"].as_bytes()));
    let Some(given) =
        given.filter(|given| given.challenge == proven && given.redirect == asked["redirect_uri"])
    else {
        return refuse("invalid_grant");
    };
    let lies = inside.lies.lock().expect("whole").clone();
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": inside.issuer,
        "aud": CLIENT,
        "sub": "somebody",
        "iat": now,
        "exp": now + 300,
        "nonce": given.nonce,
        "email": "zoe@example.org",
        "email_verified": true,
        "name": "Zoé Nguyen",
    });
    let answer = json!({
        "access_token": ACCESS,
        "token_type": "Bearer",
        "id_token": signed(&inside, lies.signs, &laid_over(claims, &lies.claims)),
    });
    Json(laid_over(answer, &lies.answer)).into_response()
}

async fn user_info(State(inside): State<Arc<Inside>>, headers: HeaderMap) -> Response {
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|shown| *shown != format!("Bearer {ACCESS}"))
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let lies = inside.lies.lock().expect("whole").clone();
    Json(laid_over(json!({ "sub": "somebody" }), &lies.user_info)).into_response()
}

/// A token in the compact form (RFC 7515 §3.1).
fn signed(inside: &Inside, signs: Signs, claims: &Value) -> String {
    let (algorithm, key) = match signs {
        Signs::By("ES256") => ("ES256", "two"),
        Signs::By("EdDSA") => ("EdDSA", "three"),
        Signs::By(algorithm) => (algorithm, "one"),
        Signs::WithAnotherKey => ("RS256", "one"),
        Signs::Not => ("none", "one"),
        Signs::WithTheSecret => ("HS256", "one"),
    };
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!(
        "{}.{}",
        part(&json!({ "alg": algorithm, "kid": key })),
        part(claims)
    );
    let signature = match signs {
        Signs::By("RS256") => by(&inside.key, &RSA_PKCS1_SHA256, &text),
        Signs::By("PS256") => by(&inside.key, &RSA_PSS_SHA256, &text),
        Signs::By("ES256") => {
            let signature = inside.elliptic_key.sign(&SystemRandom::new(), text.as_bytes());
            signature.expect("signs").as_ref().to_vec()
        }
        Signs::By("EdDSA") => inside.edwards_key.sign(text.as_bytes()).as_ref().to_vec(),
        Signs::By(algorithm) => panic!("{algorithm} is none of {ALGORITHMS:?}"),
        Signs::WithAnotherKey => by(&inside.other_key, &RSA_PKCS1_SHA256, &text),
        Signs::Not => Vec::new(),
        Signs::WithTheSecret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
        }
    };
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn by(key: &KeyPair, encoding: &'static dyn RsaEncoding, text: &str) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .expect("signs");
    signature
}
