//! The binary from outside: settings and their order, keys, and failures as one sentence.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use livekit_token::AccessToken;

use crate::support::{Server, eventually, joins, palabre};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// It failed, and said why in one line.
fn one_sentence(output: &Output) -> String {
    let told = text(&output.stderr);
    assert!(!output.status.success(), "it should have failed: {told}");
    assert_eq!(told.trim_end().lines().count(), 1, "more than one line: {told}");
    assert!(told.starts_with("palabre: "), "{told}");
    assert!(output.stdout.is_empty());
    told
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = |arguments: &[&str], environment: Option<&str>| {
        let mut command = palabre(folder.path());
        command.args(["keys", "add", "x"]).args(arguments);
        if let Some(value) = environment {
            command.env("PALABRE_DATA", value);
        }
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    let has = |name: &str| folder.path().join(name).join("palabre.sqlite").exists();

    add(&[], None);
    assert!(has("palabre-data"), "the default");
    std::fs::write(folder.path().join("palabre.toml"), "data = \"from-file\"\n").expect("writes");
    add(&[], None);
    assert!(has("from-file"), "the file before the default");
    add(&[], Some("from-environment"));
    assert!(has("from-environment"), "the environment before the file");
    add(&["--data", "from-flag"], Some("from-environment-2"));
    assert!(
        has("from-flag") && !has("from-environment-2"),
        "the flag before the environment"
    );
}

#[test]
fn data_and_json_stand_in_any_position() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        ["--data", "d", "--json", "keys", "add", "x"],
        ["keys", "--json", "--data", "d", "add", "x"],
        ["keys", "add", "x", "--data", "d", "--json"],
    ] {
        let output = palabre(folder.path()).args(arguments).output().expect("runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let key: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let mut names: Vec<_> = key.as_object().expect("an object").keys().collect();
        names.sort();
        assert_eq!(names, ["key", "secret"]);
        assert!(key["key"].as_str().is_some_and(|key| key.starts_with("API")));
        assert!(key["secret"].as_str().is_some_and(|secret| secret.len() >= 32));
    }
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("typo.toml"), "lisen = \"127.0.0.1:0\"\n").expect("writes");
    std::fs::write(folder.path().join("type.toml"), "media_port = \"many\"\n").expect("writes");
    std::fs::write(folder.path().join("occupied"), "a file, not a folder").expect("writes");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").to_string();
    // What is wrong here comes up beside a media port that is free, whatever else runs on this machine.
    let serve = |flag, value| vec!["serve", "--media-port", "0", flag, value];
    for (arguments, word) in [
        (vec!["serve", "--listen", "nonsense"], "--listen"),
        (serve("--listen", &port), "another program uses this port"),
        (serve("--data", "occupied/data"), "occupied"),
        (serve("--data", "occupied"), "occupied"),
        (vec!["serve", "--config", "missing.toml"], "missing.toml"),
        (vec!["serve", "--config", "typo.toml"], "lisen"),
        (vec!["serve", "--config", "type.toml"], "media_port"),
        (vec!["serve", "--public-url", "ftp://x"], "--public-url"),
        (vec!["serve", "--livekit-url", "wss://x"], "--livekit-key"),
        (vec!["serve", "--media-address", "0.0.0.0"], "--media-address"),
        (vec!["serve", "--tls-key", "key.pem"], "--tls-certificate"),
        (vec!["serve", "--trusted-proxy", "10.0.0.0/33"], "10.0.0.0/33"),
        (vec!["serve", "--log", "a=b=c"], "--log"),
        (vec!["serve", "--colour"], "--colour"),
        (vec!["dance"], "dance"),
        (vec!["keys", "add", "a\nb"], "name"),
        (vec![], "serve"),
    ] {
        let output = palabre(folder.path()).args(&arguments).output().expect("runs");
        let told = one_sentence(&output);
        assert!(told.contains(word), "{arguments:?} told {told:?}");
    }
}

#[test]
fn a_start_for_other_machines_without_https_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--media-port",
        "0",
        "--media-address",
        "127.0.0.1",
    ];
    let mut server = palabre(folder.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs");
    let said = BufReader::new(server.stdout.take().expect("a pipe"))
        .lines()
        .map_while(Result::ok);
    let told: Vec<_> = said.take_while(|line| !line.contains("/welcome#")).collect();
    server.kill().expect("is killed");
    server.wait().expect("ends");
    let told = told.join("\n");
    for word in [
        "Palabre is ready: http://localhost:",
        "only to secure pages",
        "--public-url https://meet.example.org",
    ] {
        assert!(told.contains(word), "{word} is missing in {told}");
    }
}

#[test]
fn every_command_helps_with_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        vec!["--help"],
        vec!["serve", "--help"],
        vec!["keys", "add", "--help"],
        vec!["openapi", "--help"],
    ] {
        let output = palabre(folder.path()).args(&arguments).output().expect("runs");
        assert!(output.status.success());
        assert!(text(&output.stdout).contains("Examples:"), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_key_added_beside_a_running_server_works_within_a_second() {
    let server = Server::start().await;
    let output = server
        .command()
        .args(["keys", "add", "beside", "--json"])
        .output()
        .expect("runs");
    let key: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let (key, secret) = (
        key["key"].as_str().expect("a key"),
        key["secret"].as_str().expect("a secret"),
    );
    let token = AccessToken::with_api_key(key, secret)
        .with_identity("ada")
        .with_grants(joins("tree"))
        .to_jwt()
        .expect("signs");
    let began = std::time::Instant::now();
    eventually("the key is accepted", async || {
        let url = server.url(&format!("/rtc/validate?access_token={token}"));
        reqwest::get(url).await.expect("an answer").status() == 200
    })
    .await;
    assert!(
        began.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn people_and_tokens_are_added_on_an_empty_folder_by_one_command_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| palabre(folder.path()).args(arguments).output().expect("runs");
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = run(arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    one_sentence(&run(&[
        "tokens",
        "add",
        "claire@example.org",
        "ci",
        "--scope",
        "rooms:write",
    ]));

    let added = json(&["people", "add", "Claire@Example.org", "--role", "owner", "--json"]);
    assert!(
        added["link"].as_str().expect("a link").contains("/sign-in#"),
        "{added}"
    );
    let again = json(&["--json", "people", "add", "claire@example.org"]);
    assert_eq!(again["id"], added["id"], "the same person");
    assert_ne!(again["link"], added["link"], "a new link");
    let token = json(&[
        "tokens",
        "add",
        "claire@example.org",
        "ci",
        "--scope",
        "rooms:write",
        "--json",
    ]);
    assert!(token["token"].as_str().expect("a token").starts_with("palabre_"));

    one_sentence(&run(&["people", "add", "nobody"]));
    one_sentence(&run(&["people", "add", "a@example.org", "--role", "king"]));
    one_sentence(&run(&[
        "tokens",
        "add",
        "claire@example.org",
        "ci",
        "--scope",
        "rooms:admin",
    ]));
    one_sentence(&run(&["tokens", "add", "claire@example.org", "ci"]));
}
