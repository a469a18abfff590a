//! Https without another program: certificates obtained, renewed and read again, and what is told when they are not.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use meetings::door::Access;
use reqwest::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use server::config::Settings;
use server::tls::Status;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::authority::{Authority, Behaviour, free_ports, write_pair};
use crate::support::{SOON, Server};

const NAME: &str = "meet.example.test";

/// Settings of a server for `NAME` that obtains its certificate from `authority`.
fn public(settings: &mut Settings, authority: &Authority, https: u16, http: u16) {
    settings.listen = ([0, 0, 0, 0], https).into();
    settings.http_listen = Some(([127, 0, 0, 1], http).into());
    settings.public_url = Some(format!("https://{NAME}/").parse().expect("a url"));
    settings.acme_directory = authority.directory().parse().expect("a url");
    settings.acme_root = Some(authority.root());
    settings.acme_contact = Some("claire@example.org".to_owned());
}

/// Settings of a server with the files of `folder`.
fn with_files(settings: &mut Settings, folder: &tempfile::TempDir) {
    settings.tls_certificate = Some(folder.path().join("chain.pem"));
    settings.tls_key = Some(folder.path().join("key.pem"));
}

/// Waits until the certificate is as wanted.
async fn until(server: &Server, what: &str, wanted: impl FnMut(&Status) -> bool) -> Status {
    let mut status = server.running.app.tls.as_ref().expect("https").status();
    let found = tokio::time::timeout(SOON, status.wait_for(wanted)).await;
    let last = server
        .running
        .app
        .tls
        .as_ref()
        .expect("https")
        .status()
        .borrow()
        .clone();
    let Ok(Ok(found)) = found else {
        panic!("it never happened: {what}; at last {last:?}")
    };
    found.clone()
}

fn here(server: &Server) -> SocketAddr {
    ([127, 0, 0, 1], server.running.app.address.port()).into()
}

/// A clock that stands still.
#[derive(Debug)]
struct Clock(UnixTime);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// A connection whose certificate is good for `NAME` now by the word of `issuer`.
async fn connect(server: &Server, issuer: &[u8]) -> TlsStream<TcpStream> {
    connect_at(server, issuer, UnixTime::now()).await
}

/// A connection whose certificate is good at that time.
async fn connect_at(server: &Server, issuer: &[u8], time: UnixTime) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(issuer).expect("PEM"))
        .expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_details(provider, Arc::new(Clock(time)))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(here(server)).await.expect("connects");
    let name = ServerName::try_from(NAME).expect("a name");
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .expect("a handshake")
}

/// The certificate it shows.
async fn shown(server: &Server, issuer: &[u8]) -> CertificateDer<'static> {
    certificate_of(&connect(server, issuer).await)
}

fn certificate_of(stream: &TlsStream<TcpStream>) -> CertificateDer<'static> {
    let (_, connection) = stream.get_ref();
    connection.peer_certificates().expect("a certificate")[0]
        .clone()
        .into_owned()
}

/// A browser that trusts `issuer`, finds `NAME` at the server, and follows nobody.
fn browser(server: &Server, issuer: &[u8]) -> Client {
    let issuer = reqwest::Certificate::from_pem(issuer).expect("PEM");
    let builder = Client::builder()
        .tls_certs_only([issuer])
        .resolve(NAME, here(server));
    builder
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

#[tokio::test]
async fn a_certificate_is_obtained_by_a_handshake_and_kept() {
    let [https] = free_ports();
    let behaviour = Behaviour {
        tls_port: Some(https),
        ..Behaviour::default()
    };
    let authority = Authority::start(behaviour).await;
    let server = Server::with(|settings| public(settings, &authority, https, 0)).await;
    assert!(
        server.running.advice().is_some_and(|told| told.contains(NAME)),
        "the first start"
    );
    until(&server, "a certificate", |status| status.good_until.is_some()).await;

    let issuer = authority.issuer().await;
    let page = browser(&server, &issuer)
        .get(format!("https://{NAME}:{https}/tree"))
        .send()
        .await;
    let page = page.expect("an answer");
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");

    let kept = server.folder.path().join("certificates").join(format!(
        "localhost-{}-dir",
        authority
            .directory()
            .rsplit(':')
            .next()
            .expect("a port")
            .trim_end_matches("/dir")
    ));
    for file in [format!("{NAME}.pem"), "account.json".to_owned()] {
        let mode = kept.join(&file).metadata().expect("is kept").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_certificate_is_obtained_by_a_file_where_no_handshake_comes_through() {
    let [http] = free_ports();
    let behaviour = Behaviour {
        http_port: Some(http),
        ..Behaviour::default()
    };
    let authority = Authority::start(behaviour).await;
    let server = Server::with(|settings| public(settings, &authority, 0, http)).await;
    until(&server, "a certificate", |status| status.good_until.is_some()).await;
    let issuer = authority.issuer().await;
    shown(&server, &issuer).await;
}

#[tokio::test]
async fn a_certificate_is_renewed_and_the_last_good_one_stays_when_that_fails() {
    let [https] = free_ports();
    let behaviour = Behaviour {
        tls_port: Some(https),
        seconds: 9,
        ..Behaviour::default()
    };
    let mut authority = Authority::start(behaviour).await;
    let server = Server::with(|settings| public(settings, &authority, https, 0)).await;
    let first = until(&server, "a certificate", |status| status.good_until.is_some()).await;
    until(&server, "a renewal", |status| {
        status.good_until > first.good_until
    })
    .await;

    let (issuer, directory) = (authority.issuer().await, authority.directory());
    authority.stop();
    let failed = until(&server, "a failure", |status| status.trouble.is_some()).await;
    let told = failed.trouble.expect("words");
    assert!(
        told.contains(&directory) && told.contains("tried again at"),
        "{told}"
    );
    // It may have ended meanwhile, as it was made to do soon.
    let end = failed.good_until.expect("the last good one").as_second();
    let before_its_end = UnixTime::since_unix_epoch(Duration::from_secs(end as u64 - 1));
    connect_at(&server, &issuer, before_its_end).await;
}

#[tokio::test]
async fn an_authority_that_forgot_the_account_is_given_a_new_one() {
    let [https] = free_ports();
    let behaviour = Behaviour {
        tls_port: Some(https),
        seconds: 9,
        ..Behaviour::default()
    };
    let authority = Authority::start(behaviour).await;
    let server = Server::with(|settings| public(settings, &authority, https, 0)).await;
    let first = until(&server, "a certificate", |status| status.good_until.is_some()).await;
    let authority = authority.again(behaviour).await;
    until(&server, "a renewal", |status| {
        status.good_until > first.good_until
    })
    .await;
    let issuer = authority.issuer().await;
    shown(&server, &issuer).await;
}

#[tokio::test]
async fn a_name_that_is_refused_is_told_in_words() {
    let behaviour = Behaviour {
        refused: &[NAME],
        ..Behaviour::default()
    };
    let authority = Authority::start(behaviour).await;
    let server = Server::with(|settings| public(settings, &authority, 0, 0)).await;
    let failed = until(&server, "a failure", |status| status.trouble.is_some()).await;
    let told = failed.trouble.expect("words");
    assert!(
        told.contains("gives no certificate for meet.example.test"),
        "{told}"
    );
    assert!(
        TcpStream::connect(here(&server)).await.is_ok(),
        "the server runs on"
    );
}

#[tokio::test]
async fn ports_that_cannot_be_reached_are_told_in_words() {
    let authority = Authority::start(Behaviour::default()).await;
    let server = Server::with(|settings| public(settings, &authority, 0, 0)).await;
    let failed = until(&server, "a failure", |status| status.trouble.is_some()).await;
    let told = failed.trouble.expect("words");
    for words in [
        "at port 443 of meet.example.test",
        "cannot reach port 80 of meet.example.test",
        "where this server listens",
    ] {
        assert!(told.contains(words), "{words:?} is not in {told}");
    }
    let plain = server.running.plain_address().expect("plain http");
    let answer = reqwest::get(format!("http://{plain}/tree"))
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("refresh"));
    assert!(answer.text().await.expect("a body").contains("no_certificate"));
}

#[tokio::test]
async fn files_are_read_again_when_they_change_and_bad_ones_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = write_pair(&folder, NAME);
    let server = Server::with(|settings| with_files(settings, &folder)).await;
    let before = shown(&server, &first).await;

    std::fs::write(folder.path().join("key.pem"), "half a key").expect("writes");
    let failed = until(&server, "a complaint", |status| status.trouble.is_some()).await;
    let told = failed.trouble.expect("words");
    assert!(
        told.contains("key.pem") && told.contains("the one before stays"),
        "{told}"
    );
    assert_eq!(shown(&server, &first).await, before);

    let second = write_pair(&folder, NAME);
    until(&server, "the new one", |status| status.trouble.is_none()).await;
    assert_ne!(shown(&server, &second).await, before);
}

#[tokio::test]
async fn requests_follow_each_other_on_one_secure_connection() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuer = write_pair(&folder, NAME);
    let server = Server::with(|settings| with_files(settings, &folder)).await;
    let mut stream = connect(&server, &issuer).await;
    for _ in 0..2 {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: meet.example.test\r\n\r\n")
            .await
            .expect("writes");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nok") {
            let read = tokio::time::timeout(SOON, stream.read_buf(&mut answer))
                .await
                .expect("soon");
            assert_ne!(read.expect("reads"), 0, "{}", String::from_utf8_lossy(&answer));
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_socket_opens_over_a_secure_connection() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuer = write_pair(&folder, NAME);
    let server = Server::with(|settings| with_files(settings, &folder)).await;
    server.room("tree", Access::Open).await;
    let client = browser(&server, &issuer);
    let port = server.running.app.address.port();
    let url = format!("https://{NAME}:{port}/api/v1/rooms/tree/join");
    let answer = client
        .post(url)
        .body(r#"{"name": "Ada"}"#)
        .send()
        .await
        .expect("an answer");
    let answer: serde_json::Value =
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(answer["url"], format!("wss://{NAME}:{port}"));
    let token = answer["token"].as_str().expect("a token");
    let stream = connect(&server, &issuer).await;
    let url = format!("wss://{NAME}:{port}/rtc?access_token={token}");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream)
        .await
        .expect("a socket");
    let first = tokio::time::timeout(SOON, futures_util::StreamExt::next(&mut socket)).await;
    assert!(
        matches!(first, Ok(Some(Ok(message))) if message.is_binary()),
        "a join response"
    );
}

#[tokio::test]
async fn plain_requests_are_led_to_https_but_for_health() {
    let folder = tempfile::tempdir().expect("a folder");
    write_pair(&folder, NAME);
    let server = Server::with(|settings| {
        with_files(settings, &folder);
        settings.public_url = Some(format!("https://{NAME}/").parse().expect("a url"));
        settings.http_listen = Some(([127, 0, 0, 1], 0).into());
    })
    .await;
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    // Beside https, and where https is spoken itself.
    for address in [
        server.running.plain_address().expect("plain http"),
        server.running.app.address,
    ] {
        let answer = client
            .get(format!("http://{address}/tree?a=b"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 308);
        assert_eq!(answer.headers()["location"], format!("https://{NAME}/tree?a=b"));
        let health = client
            .get(format!("http://{address}/healthz"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(health.status(), 200);
        let proof = client
            .get(format!("http://{address}/.well-known/acme-challenge/x"))
            .send()
            .await;
        assert_eq!(proof.expect("an answer").status(), 404);
    }
}

#[tokio::test]
async fn whoever_is_slow_at_the_handshake_hinders_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuer = write_pair(&folder, NAME);
    let server = Server::with(|settings| with_files(settings, &folder)).await;
    let mut slow = Vec::new();
    for length in 0..100 {
        let mut stream = TcpStream::connect(here(&server)).await.expect("connects");
        stream.write_all(&[22, 3, 1][..length % 4]).await.expect("writes");
        slow.push(stream);
    }
    shown(&server, &issuer).await;
}

#[tokio::test]
async fn a_server_without_a_certificate_that_is_named_does_not_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = Settings::defaults();
    settings.data = folder.path().to_owned();
    settings.listen = ([127, 0, 0, 1], 0).into();
    with_files(&mut settings, &folder);
    let Err(error) = server::serve::start(settings, None).await else {
        panic!("it started")
    };
    assert!(error.to_string().contains("chain.pem cannot be read"), "{error}");
}
