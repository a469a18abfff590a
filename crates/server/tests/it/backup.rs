//! Backups of a running server, and what is restored from them.

use store::Store;

use crate::support::{Server, palabre};

#[tokio::test]
async fn a_backup_of_a_running_server_restores_what_it_remembered() {
    let server = Server::start().await;
    let place = tempfile::tempdir().expect("a folder");
    let (backup, data) = (place.path().join("backup"), place.path().join("data"));
    let backup_text = backup.to_str().expect("a plain path");

    let made = server
        .command()
        .args(["backup", backup_text])
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(said.contains("secret.key"), "it says what is not in it: {said}");
    assert!(!backup.join("secret.key").exists());

    let restore = || {
        let mut command = palabre(place.path());
        command.args(["restore", backup_text]).arg("--data").arg(&data);
        command.output().expect("runs")
    };
    let without_key = restore();
    let why = String::from_utf8_lossy(&without_key.stderr).into_owned();
    assert!(
        !without_key.status.success() && why.contains("secret.key"),
        "{why}"
    );

    std::fs::copy(server.folder.path().join("secret.key"), data.join("secret.key")).expect("copies");
    let mut settings = server::config::Settings::defaults();
    settings.data = data.clone();
    let restored = Store::open(&settings.location(), &data).await.expect("opens");
    let tx = restored.begin_read().await.expect("reads");
    let key = store::api_keys::by_key(&tx, &server.key.key)
        .await
        .expect("reads");
    assert_eq!(key.expect("is there").secret, server.key.secret);

    let again = restore();
    assert!(!again.status.success(), "nothing that is there is overwritten");
}
