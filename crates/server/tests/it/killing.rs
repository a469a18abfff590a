//! What was acknowledged survives a server that is killed at that moment.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use jiff::Timestamp;
use meetings::address::RoomAddress;
use meetings::door::Access;
use meetings::email::EmailAddress;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::actions::people::{Addition, add_from_command_line};
use store::rooms::{self, Room};
use store::{Cut, Location, Store, chat_messages, people, random, room_meetings};

use crate::support::{answer, eventually, join_request, palabre};

/// A server in a process of its own.
struct Served {
    process: Child,
    /// `127.0.0.1:40123`, as it says itself.
    address: String,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let mut command = palabre(folder);
        command
            .args(["serve", "--data"])
            .arg(folder)
            .args(["--listen", "127.0.0.1:0", "--media-port", "0"]);
        let process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = process.expect("the program runs");
        let mut ready = String::new();
        let mut said = BufReader::new(process.stdout.take().expect("is read"));
        said.read_line(&mut ready).expect("is text");
        let (_, address) = ready.split_once("http://").expect("it is ready, and says where");
        Self {
            process,
            address: address.trim_end().trim_end_matches('/').to_owned(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// As `kill -9` does: nothing is said, nothing is finished.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.process.kill().expect("is killed");
        self.process.wait().expect("has ended");
    }
}

/// An organisation with a room that everybody enters.
async fn furnish(folder: &Path) -> Store {
    let store = Store::open(&Location::in_folder(folder), folder)
        .await
        .expect("opens");
    let now = Timestamp::now();
    let email = EmailAddress::parse("claire@example.org").expect("an address");
    let addition = Addition {
        email: email.clone(),
        name: None,
        role: None,
    };
    let added = add_from_command_line(&store, now, addition).await;
    added.expect("adds");
    let tx = store.begin_write().await.expect("begins");
    let owner = people::by_email(&tx, &email)
        .await
        .expect("reads")
        .expect("there");
    let room = Room {
        id: random::id(now),
        address: RoomAddress::parse("tree").expect("an address"),
        name: "Tree".to_owned(),
        access: Access::Open,
        owner: owner.id,
        establishment: None,
        people_limit: 50,
        welcome: None,
        members_answer: false,
        created: now,
    };
    rooms::insert(&tx, &room).await.expect("inserts");
    tx.commit().await.expect("commits");
    store
}

/// Somebody in the call: their token, and the socket that keeps them there.
async fn enter(served: &Served, http: &reqwest::Client) -> (String, impl Sized + use<>) {
    let join = http
        .post(served.url("/api/v1/rooms/tree/join"))
        .json(&json!({ "name": "Ada" }));
    let (_, admitted) = answer(join).await;
    let token = admitted["token"].as_str().expect("a token").to_owned();
    let socket = connect(served, &token).await;
    (token, socket)
}

async fn connect(served: &Served, token: &str) -> impl Sized + use<> {
    let url = format!(
        "ws://{}/rtc/v1?access_token={token}&{}",
        served.address,
        join_request(Default::default())
    );
    let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("connects");
    socket
}

/// Writes as soon as the media server knows that Ada is there.
async fn write(served: &Served, http: &reqwest::Client, token: &str, text: &str) -> Value {
    let mut kept = Value::Null;
    eventually("a message is taken", async || {
        let write = http
            .post(served.url("/api/v1/call/messages"))
            .bearer_auth(token)
            .json(&json!({ "text": text }));
        let (status, body) = answer(write).await;
        kept = body;
        status == StatusCode::CREATED
    })
    .await;
    kept
}

#[tokio::test]
async fn a_message_that_was_acknowledged_survives_a_kill_and_so_does_the_meeting() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = furnish(folder.path()).await;
    let http = reqwest::Client::new();
    let served = Served::start(folder.path());
    let (token, _socket) = enter(&served, &http).await;
    let kept = write(&served, &http, &token, "Bonjour").await;
    served.kill();

    let tx = store.begin_read().await.expect("begins");
    let meeting = room_meetings::running(&tx, Cut::first(2)).await.expect("lists");
    assert_eq!(meeting.items.len(), 1);
    let page = chat_messages::of_meeting(&tx, meeting.items[0].id, Cut::first(5)).await;
    let texts: Vec<_> = page
        .expect("lists")
        .items
        .into_iter()
        .map(|one| one.text)
        .collect();
    assert_eq!(texts, ["Bonjour"]);
    drop(tx);

    // Her client comes back by itself, with the token it has.
    let again = Served::start(folder.path());
    let _socket = connect(&again, &token).await;
    write(&again, &http, &token, "encore").await;
    let read = http.get(again.url("/api/v1/call/messages")).bearer_auth(&token);
    let (_, page) = answer(read).await;
    assert_eq!(page["items"][0], kept, "the same meeting goes on");
    assert_eq!(page["items"][1]["text"], "encore");
}
