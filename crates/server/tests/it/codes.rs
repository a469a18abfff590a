//! Signing in by a code sent by mail.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use meetings::email::EmailAddress;
use meetings::sign_up::SignUp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::people::{self, Person};
use store::{Cut, MAX_LIMIT, jobs, mail, organisation};

use crate::support::{Browser, MailServer, Server, eventually, refused};

const CODES: &str = "/api/v1/sign-in/codes";

/// A server that sends its mails to one of the test, with Claire as its owner. It believes where browsers say they are.
struct World {
    server: Server,
    mail: MailServer,
}

impl World {
    async fn new() -> Self {
        let mail = MailServer::start().await;
        let url = mail.url();
        let server = Server::with(|settings| {
            settings.mail_url = Some(url);
            settings.mail_from = Some("palabre@example.org".to_owned());
            settings.trusted_proxy = vec!["127.0.0.1".parse().expect("a network")];
        })
        .await;
        server.person("claire@example.org", "Claire Martin").await;
        Self { server, mail }
    }

    async fn lets_in(&self, sign_up: SignUp) {
        let tx = self.server.running.app.store.begin_write().await.expect("begins");
        let organisation = organisation::load(&tx).await.expect("reads").expect("there");
        let changed = store::organisation::Organisation {
            sign_up,
            ..organisation
        };
        organisation::update(&tx, &changed).await.expect("saves");
        tx.commit().await.expect("commits");
    }

    async fn deactivate(&self, email: &str) {
        let tx = self.server.running.app.store.begin_write().await.expect("begins");
        let email = EmailAddress::parse(email).expect("an address");
        let person = people::by_email(&tx, &email)
            .await
            .expect("reads")
            .expect("there");
        let gone = Person {
            active: false,
            ..person
        };
        people::update(&tx, &gone).await.expect("saves");
        tx.commit().await.expect("commits");
    }

    /// Every letter has left.
    async fn all_sent(&self) {
        eventually("all letters have left", async || {
            let tx = self.server.running.app.store.begin_read().await.expect("begins");
            let jobs = jobs::list(&tx, None, Cut::first(MAX_LIMIT)).await.expect("lists");
            !jobs.items.iter().any(|job| job.kind == mail::JOB)
        })
        .await;
    }
}

async fn ask(browser: &Browser, email: &str) -> (StatusCode, Value) {
    browser
        .post(CODES, json!({ "email": email, "language": "fr" }))
        .await
}

/// Asks, and the id under which the code is tried.
async fn asked(browser: &Browser, email: &str) -> String {
    let (status, answer) = ask(browser, email).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

async fn try_code(browser: &Browser, id: &str, code: &str) -> (StatusCode, Value) {
    browser
        .post(&format!("{CODES}/{id}"), json!({ "code": code }))
        .await
}

/// Another code than this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_code_signs_in_once_in_the_browser_that_asked() {
    let mut world = World::new().await;
    let (here, elsewhere) = (world.server.browser(), world.server.browser());
    let id = asked(&here, "Claire@Example.org").await;
    let code = world.mail.letter().await.code();

    assert_eq!(
        refused(&try_code(&elsewhere, &id, &code).await),
        (409, "code_dead"),
        "stolen"
    );
    let typed = format!(" {} {}", &code[..3], &code[3..]);
    let (status, me) = try_code(&here, &id, &typed).await;
    assert_eq!(
        (status, &me["name"], &me["new"]),
        (StatusCode::OK, &json!("Claire Martin"), &json!(false))
    );
    assert_eq!(here.get("/api/v1/me").await.1["email"], "claire@example.org");
    assert_eq!(
        refused(&try_code(&here, &id, &code).await),
        (409, "code_dead"),
        "replayed"
    );
}

#[tokio::test]
async fn guessing_ends_after_five_tries() {
    let mut world = World::new().await;
    let browser = world.server.browser();
    let id = asked(&browser, "claire@example.org").await;
    let code = world.mail.letter().await.code();
    for left in [4, 3, 2, 1] {
        let answer = try_code(&browser, &id, wrong(&code)).await;
        assert_eq!(refused(&answer), (422, "wrong_code"));
        assert_eq!(answer.1["details"]["left"], left);
    }
    assert_eq!(
        refused(&try_code(&browser, &id, "12345").await),
        (422, "invalid_code"),
        "costs no try"
    );
    assert_eq!(
        refused(&try_code(&browser, &id, wrong(&code)).await),
        (409, "code_dead")
    );
    assert_eq!(
        refused(&try_code(&browser, &id, &code).await),
        (409, "code_dead"),
        "even the right one"
    );
    assert_eq!(browser.get("/api/v1/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whoever_asks_learns_nothing_about_who_has_an_account() {
    let mut world = World::new().await;
    world.server.person("gone@example.org", "Gone").await;
    world.deactivate("gone@example.org").await;
    for email in ["claire@example.org", "nobody@example.org", "gone@example.org"] {
        let browser = world.server.browser();
        let began = Instant::now();
        let (status, answer) = ask(&browser, email).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{email}");
        let told: Vec<_> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(told, ["good_until", "id"], "{email}");
        assert!(
            began.elapsed() >= Duration::from_millis(300),
            "{email} {:?}",
            began.elapsed()
        );
        let id = answer["id"].as_str().expect("an id");
        let answer = try_code(&browser, id, "000000").await;
        assert_eq!(refused(&answer), (422, "wrong_code"), "{email}");
        assert_eq!(answer.1["details"]["left"], 4, "{email}");
    }
    world.all_sent().await;
    let sent = world.mail.so_far();
    let to: Vec<_> = sent.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["claire@example.org"]);
}

#[tokio::test]
async fn two_thousand_requests_of_one_address_send_few_mails_and_lock_nobody_out() {
    let mut world = World::new().await;
    let mut mailboxes = vec!["claire@example.org".to_owned()];
    for number in 0..12 {
        let email = format!("member{number}@example.org");
        world.server.person(&email, "A member").await;
        mailboxes.push(email);
    }
    let flood = world.server.browser_at("198.51.100.7");
    // A mark of its own first, as a browser has.
    asked(&flood, "claire@example.org").await;
    let began = Instant::now();
    let requests = (1..2000).map(|number| {
        // Claire is who is meant; the others are asked for as well.
        let email = &mailboxes[if number % 2 == 0 {
            0
        } else {
            number % mailboxes.len()
        }];
        let body = json!({ "email": email });
        let request = flood.request(Method::POST, CODES).json(&body);
        async { request.send().await.expect("answers").status() }
    });
    let answers: Vec<_> = futures_util::stream::iter(requests)
        .buffer_unordered(100)
        .collect()
        .await;
    assert!(answers.iter().all(|status| *status == StatusCode::ACCEPTED));
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());

    world.all_sent().await;
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for letter in world.mail.so_far() {
        *sent.entry(letter.to).or_default() += 1;
    }
    assert!(sent.values().sum::<usize>() <= 20, "{sent:?}");
    assert!(sent.values().all(|count| *count <= 5), "{sent:?}");
    assert!(sent["claire@example.org"] >= 1);

    // At home, Claire signs in as ever, and so does everybody else.
    for (place, email) in ["203.0.113.1", "203.0.113.2"].into_iter().zip(&mailboxes) {
        let home = world.server.browser_at(place);
        let id = asked(&home, email).await;
        let code = world.mail.letter().await.code();
        assert_eq!(try_code(&home, &id, &code).await.0, StatusCode::OK, "{email}");
    }
}

#[tokio::test]
async fn somebody_new_gets_an_account_where_the_organisation_lets_them_in() {
    let mut world = World::new().await;
    let domains = SignUp::Domains(vec!["example.net".to_owned()]);
    for (sign_up, email, admitted) in [
        (SignUp::Closed, "a@example.net", false),
        (SignUp::Members, "b@example.net", false),
        (domains.clone(), "jerome.blanc@example.net", true),
        (domains, "d@example.org", false),
        (SignUp::Anyone, "e@example.com", true),
    ] {
        world.lets_in(sign_up).await;
        let browser = world.server.browser();
        let id = asked(&browser, email).await;
        if !admitted {
            continue;
        }
        let letter = world.mail.letter().await;
        assert_eq!(letter.to, email);
        let (status, me) = try_code(&browser, &id, &letter.code()).await;
        assert_eq!(status, StatusCode::OK, "{me}");
        assert_eq!((&me["role"], &me["new"]), (&json!("individual"), &json!(true)));
        if email.starts_with("jerome") {
            assert_eq!(me["name"], "Jerome Blanc", "after the address");
        }
    }
    world.all_sent().await;
    assert!(world.mail.so_far().is_empty(), "nobody else got a mail");
}

#[tokio::test]
async fn somebody_new_may_say_their_name_with_the_code() {
    let mut world = World::new().await;
    world.lets_in(SignUp::Anyone).await;
    let browser = world.server.browser();
    let id = asked(&browser, "zoe@example.com").await;
    let code = world.mail.letter().await.code();
    let path = format!("{CODES}/{id}");
    let body = |name: &str| json!({ "code": code, "name": name, "language": "en" });
    assert_eq!(
        refused(&browser.post(&path, body("a\u{202e}b")).await),
        (422, "invalid_name")
    );
    let (_, me) = browser.post(&path, body("Zoé Nguyen")).await;
    assert_eq!(
        (&me["name"], &me["language"]),
        (&json!("Zoé Nguyen"), &json!("en"))
    );
}

#[tokio::test]
async fn a_policy_that_closes_meanwhile_makes_no_account() {
    let mut world = World::new().await;
    world.lets_in(SignUp::Anyone).await;
    let browser = world.server.browser();
    let id = asked(&browser, "zoe@example.com").await;
    let code = world.mail.letter().await.code();
    world.lets_in(SignUp::Closed).await;
    assert_eq!(refused(&try_code(&browser, &id, &code).await), (409, "code_dead"));
}

#[tokio::test]
async fn signing_in_again_ends_the_sign_in_of_before() {
    let mut world = World::new().await;
    let browser = world.server.browser();
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let id = asked(&browser, "claire@example.org").await;
        let code = world.mail.letter().await.code();
        assert_eq!(try_code(&browser, &id, &code).await.0, StatusCode::OK);
        secrets.push(browser.cookie("palabre_sign_in").expect("a cookie"));
    }
    let before = reqwest::Client::new()
        .get(world.server.url("/api/v1/me"))
        .header("cookie", format!("palabre_sign_in={}", secrets[0]));
    let answer = before.send().await.expect("answers");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get("/api/v1/me").await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said() {
    let world = World::new().await;
    let browser = world.server.browser();
    for email in [
        "",
        "claire",
        "claire@localhost",
        "claire@example.org\r\nBcc: all@example.org",
    ] {
        assert_eq!(
            refused(&ask(&browser, email).await),
            (422, "invalid_email"),
            "{email:?}"
        );
    }
    assert_eq!(
        refused(&try_code(&browser, "not-an-id", "123456").await),
        (400, "malformed")
    );
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(
        refused(&try_code(&browser, unknown, "123456").await),
        (409, "code_dead")
    );
}

#[tokio::test]
async fn without_an_organisation_or_mail_there_are_no_codes() {
    let empty = Server::start().await;
    assert_eq!(
        refused(&ask(&empty.browser(), "claire@example.org").await),
        (409, "not_set_up")
    );
    let silent = Server::with(|settings| {
        settings.public_url = Some("https://meet.example.org".parse().expect("a url"));
    })
    .await;
    let answer = silent
        .nobody()
        .post(CODES, json!({ "email": "claire@example.org" }))
        .await;
    assert_eq!(refused(&answer), (409, "mail_not_set_up"));
}
