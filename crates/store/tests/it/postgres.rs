//! One throw-away PostgreSQL for all tests of this run, with a database for each.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Its input stays open as long as this process lives; it takes itself away afterwards.
struct Server {
    address: String,
    _process: Child,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new and empty database.
pub(crate) async fn new_database() -> String {
    let address = &SERVER.get_or_init(start).address;
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(address).await.expect("PostgreSQL answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create)
        .execute(&pool)
        .await
        .expect("makes a database");
    pool.close().await;
    address.replace("localhost/", &format!("localhost/{name}"))
}

fn start() -> Server {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres");
    let mut process = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/postgres runs");
    let output = process.stdout.take().expect("piped above");
    let mut address = String::new();
    BufReader::new(output)
        .read_line(&mut address)
        .expect("the script says something");
    assert!(
        !address.is_empty(),
        "PostgreSQL did not start, see above; to install it: sudo apt-get install --no-install-recommends postgresql"
    );
    Server {
        address: address.trim().to_owned(),
        _process: process,
    }
}
