//! The server's examination of itself, and the calls that did not come about.

use std::net::UdpSocket;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::actions::retention;

use crate::support::{Server, palabre, refused};

const EXAMINATION: &str = "/api/v1/doctor";
const FAILED_JOINS: &str = "/api/v1/failed-joins";

fn codes(examination: &Value) -> Vec<String> {
    let found = examination["findings"].as_array().expect("findings");
    let code = |finding: &Value| finding["code"].as_str().expect("a code").to_owned();
    found.iter().map(code).collect()
}

/// The codes of `palabre doctor --json` on these arguments, and whether it was content.
fn on_the_command_line(folder: &std::path::Path, arguments: &[&str]) -> (Vec<String>, bool) {
    let output = palabre(folder)
        .args(["doctor", "--json"])
        .args(arguments)
        .output()
        .expect("runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let examination = serde_json::from_str(&told).expect(&told);
    (codes(&examination), output.status.success())
}

#[tokio::test]
async fn the_server_examines_itself_for_whoever_runs_the_organisation() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let (status, examination) = claire.get(EXAMINATION).await;
    assert_eq!(status, StatusCode::OK, "{examination}");
    let found = codes(&examination);
    for code in ["database_good", "ports_ours", "public_url_local"] {
        assert!(found.iter().any(|found| found == code), "{code} in {found:?}");
    }
    assert!(examination["now"].is_string());
    assert_eq!(
        refused(&server.nobody().get(EXAMINATION).await),
        (401, "sign_in_needed")
    );
}

#[tokio::test]
async fn the_command_finds_free_ports_and_a_folder_it_can_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = ["--listen", "127.0.0.1:0", "--media-port", "0"];
    let (found, content) = on_the_command_line(folder.path(), &free);
    assert!(content, "{found:?}");
    assert!(found.contains(&"database_good".to_owned()), "{found:?}");
    assert_eq!(found.iter().filter(|code| *code == "port_free").count(), 3);
}

#[tokio::test]
async fn the_command_fails_over_a_port_of_another_program_and_says_so_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = UdpSocket::bind("0.0.0.0:0").expect("some port is free");
    let taken = other.local_addr().expect("bound").port().to_string();
    let arguments = ["--listen", "127.0.0.1:0", "--media-port", &taken];
    let (found, content) = on_the_command_line(folder.path(), &arguments);
    assert!(!content && found.contains(&"port_taken".to_owned()), "{found:?}");

    let output = palabre(folder.path())
        .arg("doctor")
        .args(arguments)
        .output()
        .expect("runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = told.lines().find(|line| line.starts_with("BAD")).expect(&told);
    assert!(line.contains(&taken) && line.contains("--media-port"), "{line}");
    assert_eq!(output.status.code(), Some(1));
}

// The server answers on another thread while the command runs on this one.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_finds_a_server_that_runs_beside_it() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = server.url("");
    let listen = url.trim_start_matches("http://").trim_end_matches('/');
    let (found, content) = on_the_command_line(folder.path(), &["--listen", listen]);
    assert!(content && found.contains(&"ports_ours".to_owned()), "{found:?}");
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let away = UdpSocket::bind("127.0.0.1:0").expect("some port is free");
    // Nobody listens there by TCP.
    let url = format!("smtp://{}", away.local_addr().expect("bound"));
    let arguments = [
        ["--listen", "127.0.0.1:0"],
        ["--media-port", "0"],
        ["--mail-url", &url],
        ["--mail-from", "palabre@example.org"],
    ];
    let (found, content) = on_the_command_line(folder.path(), &arguments.concat());
    assert!(
        !content && found.contains(&"mail_refused".to_owned()),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_call_that_did_not_come_about_is_read_by_whoever_runs_the_organisation() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let told = json!({ "address": "groupimo", "name": "Ada", "cause": "call_blocked", "waited": 8000 });
    let guest = server.nobody();
    assert_eq!(
        guest.post(FAILED_JOINS, told.clone()).await.0,
        StatusCode::ACCEPTED
    );
    let (_, list) = claire.get(FAILED_JOINS).await;
    let [failed] = list["items"].as_array().expect("items").as_slice() else {
        panic!("one: {list}")
    };
    assert_eq!(
        (
            &failed["address"],
            &failed["name"],
            &failed["cause"],
            &failed["known"]
        ),
        (
            &json!("groupimo"),
            &json!("Ada"),
            &json!("call_blocked"),
            &json!(false)
        )
    );
    assert_eq!(refused(&guest.get(FAILED_JOINS).await), (401, "sign_in_needed"));

    let mut odd = told;
    odd["cause"] = json!("<b>");
    assert_eq!(refused(&guest.post(FAILED_JOINS, odd).await), (400, "malformed"));
}

#[tokio::test]
async fn one_network_cannot_fill_the_list_of_failures() {
    let server = Server::start().await;
    let guest = server.nobody();
    let told = json!({ "address": "x", "name": "A".repeat(10_000), "cause": "call_refused", "waited": 1 });
    let mut kept = 0;
    loop {
        let answer = guest.post(FAILED_JOINS, told.clone()).await;
        if answer.0 != StatusCode::ACCEPTED {
            assert_eq!(refused(&answer), (429, "too_many_requests"));
            break;
        }
        kept += 1;
        assert!(kept <= 20, "no end");
    }
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let (_, list) = claire.get(FAILED_JOINS).await;
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), kept);
    assert!(items[0]["name"].as_str().expect("a name").len() <= 200);
}

#[tokio::test]
async fn calls_that_did_not_come_about_are_forgotten_after_a_month() {
    let server = Server::start().await;
    let claire = server.browser_of("claire@example.org", "Claire").await;
    let told = json!({ "address": "groupimo", "name": "Ada", "cause": "call_blocked", "waited": 8000 });
    server.nobody().post(FAILED_JOINS, told).await;
    let left_after = async |days: i64| {
        let tx = server.running.app.store.begin_write().await.expect("begins");
        let later = Timestamp::now() + SignedDuration::from_hours(24 * days);
        retention::forget(&tx, later).await.expect("forgets");
        tx.commit().await.expect("commits");
        let (_, list) = claire.get(FAILED_JOINS).await;
        list["items"].as_array().expect("items").len()
    };
    assert_eq!(left_after(29).await, 1);
    assert_eq!(left_after(31).await, 0);
}
