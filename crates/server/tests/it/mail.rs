//! Letters: taken by a mail server, kept while it is away, and shown on this machine when there is none.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use meetings::email::EmailAddress;
use meetings::language::Language;
use meetings::sign_in::Code;
use reqwest::StatusCode;
use server::mail::letter::{self, About, Letter};
use store::jobs::{self, Job, State};
use store::{Cut, Store, mail};

use crate::support::{MailServer, Server, eventually};

async fn with(mail_server: &MailServer) -> Server {
    let url = mail_server.url();
    Server::with(|settings| {
        settings.mail_url = Some(url);
        settings.mail_from = Some("palabre@example.org".to_owned());
    })
    .await
}

async fn write(server: &Server, now: Timestamp) {
    let letter = Letter {
        to: EmailAddress::parse("zoe@example.org").expect("an address"),
        language: Language::Fr,
        about: About::SignInCode {
            code: Code::parse("314159").expect("a code"),
            organisation: "Groupimo — l’équipe".to_owned(),
        },
    };
    let tx = server.running.app.store.begin_write().await.expect("begins");
    letter::send(&tx, now, vec![letter]).await.expect("writes");
    tx.commit().await.expect("commits");
}

async fn only_job(server: &Server) -> Option<Job> {
    letter_in(&server.running.app.store).await
}

/// The job that sends the one letter; recurring work is among the jobs, too.
async fn letter_in(store: &Store) -> Option<Job> {
    let tx = store.begin_read().await.expect("begins");
    let jobs = jobs::list(&tx, None, Cut::first(5)).await.expect("lists");
    jobs.items.into_iter().find(|job| job.kind == mail::JOB)
}

#[tokio::test]
async fn a_letter_is_plain_short_and_in_the_readers_language() {
    let mut mail_server = MailServer::start().await;
    let server = with(&mail_server).await;
    server.person("claire@groupimo.example", "Claire").await;
    write(&server, Timestamp::now()).await;

    let taken = mail_server.letter().await;
    assert_eq!(
        (taken.from.as_str(), taken.to.as_str()),
        ("palabre@example.org", "zoe@example.org")
    );
    assert_eq!(taken.code(), "314159");
    for part in [
        "Content-Type: text/plain; charset=utf-8",
        "From: groupimo.example <palabre@example.org>",
        "Auto-Submitted: auto-generated",
        "Message-ID: <",
        "Date: ",
        "vous connecter à Groupimo — l’équipe\u{202f}:",
    ] {
        assert!(taken.text.contains(part), "{part}\n{}", taken.text);
    }
    eventually("the job is over", async || only_job(&server).await.is_none()).await;
    let tx = server.running.app.store.begin_read().await.expect("begins");
    let kept = mail::list(&tx, Cut::first(5)).await.expect("lists").items;
    assert!(
        kept[0].sent.is_some() && kept[0].payload.is_none(),
        "what it said is forgotten"
    );
}

#[tokio::test]
async fn while_the_mail_server_is_away_letters_wait_visibly_and_leave_when_it_is_back() {
    let mail_server = MailServer::start().await;
    let server = with(&mail_server).await;
    let address = mail_server.address;
    drop(mail_server);
    write(&server, Timestamp::now()).await;
    eventually("the trouble is seen", async || {
        let job = only_job(&server).await.expect("nothing is lost");
        job.state == State::Waiting
            && job
                .trouble
                .is_some_and(|trouble| trouble.contains("cannot be reached") && !trouble.contains("314159"))
    })
    .await;
    let mut back = MailServer::at(address).await;
    assert_eq!(back.letter().await.code(), "314159");
    eventually("the job is over", async || only_job(&server).await.is_none()).await;
}

#[tokio::test]
async fn a_mailbox_that_is_refused_is_not_tried_again_and_the_answer_is_kept() {
    let mail_server = MailServer::start().await;
    mail_server.recipients.send_replace("550 5.1.1 no such mailbox");
    let server = with(&mail_server).await;
    write(&server, Timestamp::now()).await;
    eventually("it is dead", async || {
        let job = only_job(&server).await.expect("it stays for people to see");
        job.state == State::Dead
            && job
                .trouble
                .is_some_and(|trouble| trouble.contains("no such mailbox"))
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_dead_is_not_sent_any_more() {
    let mut mail_server = MailServer::start().await;
    let server = with(&mail_server).await;
    write(&server, Timestamp::now() - SignedDuration::from_mins(11)).await;
    eventually("it is dead", async || {
        let job = only_job(&server).await.expect("it stays for people to see");
        job.state == State::Dead && job.trouble.is_some_and(|trouble| trouble.contains("too late"))
    })
    .await;
    assert!(mail_server.so_far().is_empty());
}

#[tokio::test]
async fn without_a_mail_server_letters_are_shown_on_this_machine_only() {
    let server = Server::start().await;
    write(&server, Timestamp::now()).await;
    let ask = |header: (&'static str, &'static str)| {
        let request = reqwest::Client::new().get(server.url("/mailbox"));
        request
            .header("accept-language", "fr")
            .header(header.0, header.1)
            .send()
    };
    let page = ask(("accept", "text/html")).await.expect("answers");
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["cache-control"], "no-store");
    let text = page.text().await.expect("text");
    assert!(
        text.contains("314 159") && text.contains("zoe@example.org"),
        "{text}"
    );

    for header in [
        ("host", "evil.example"),
        ("x-forwarded-for", "198.51.100.7"),
        ("forwarded", "for=198.51.100.7"),
        ("via", "1.1 proxy"),
    ] {
        let refused = ask(header).await.expect("answers");
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{header:?}");
        assert!(!refused.text().await.expect("text").contains("314 159"));
    }
}

#[tokio::test]
async fn a_server_for_others_has_no_mailbox_page_and_keeps_letters_until_mail_is_set() {
    let server = Server::with(|settings| {
        settings.public_url = Some("https://meet.example.org".parse().expect("a url"));
    })
    .await;
    write(&server, Timestamp::now()).await;
    let page = reqwest::get(server.url("/mailbox")).await.expect("answers");
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    eventually("the trouble is seen", async || {
        let job = only_job(&server).await.expect("nothing is lost");
        job.trouble.is_some_and(|trouble| trouble.contains("--mail-url"))
    })
    .await;
}

#[tokio::test]
async fn a_server_stops_while_its_mail_server_hangs() {
    // Takes connections, and never says a word.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = Server::with(|settings| {
        settings.mail_url = Some(store::Secret::new(format!("smtp://{address}")));
        settings.mail_from = Some("palabre@example.org".to_owned());
    })
    .await;
    write(&server, Timestamp::now()).await;
    let (_socket, _) = listener.accept().await.expect("it connects");
    let (location, data) = (
        server.running.app.settings.location(),
        server.folder.path().to_owned(),
    );
    let stopped = tokio::time::timeout(Duration::from_secs(15), server.running.stop()).await;
    assert!(stopped.is_ok(), "it stops in time");
    let store = Store::open(&location, &data).await.expect("opens");
    let job = letter_in(&store).await.expect("nothing is lost");
    assert_eq!(
        (job.state, job.worker),
        (State::Waiting, None),
        "it was given back"
    );
}
