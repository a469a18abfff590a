//! Databases of other versions.

use std::fs;
use std::path::{Path, PathBuf};

use store::{Cut, Store, StoreError, backup, organisation, people, rooms};

use crate::world::{Place, on_both};

on_both!(
    a_database_of_a_newer_program_is_refused,
    every_released_version_opens,
);

async fn a_database_of_a_newer_program_is_refused(place: Place) {
    place.open().await.close().await.expect("closes");
    let newer = "INSERT INTO migration (version, name, program, applied) VALUES (999, 'later', '9.9.9', 0)";
    place.sql(newer).await;
    let refused = Store::open(&place.location, place.data()).await;
    let refused = refused.expect_err("refuses");
    assert!(
        matches!(refused, StoreError::Newer { found: 999, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("9.9.9"), "{refused}");
}

/// `testing/data/VERSION/` is a backup made by each released version, with its key file beside it.
fn released() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/data");
    let entries = fs::read_dir(folder).expect("testing/data");
    let folders = entries.map(|entry| entry.expect("readable").path());
    folders.filter(|path| path.is_dir()).collect()
}

async fn every_released_version_opens(place: Place) {
    let released = released();
    assert!(!released.is_empty());
    for folder in released {
        let place = place.another();
        backup::restore(&folder, &place.location, place.data())
            .await
            .expect("restores");
        let key = place.data().join(store::secrets::FILE_NAME);
        fs::copy(folder.join(store::secrets::FILE_NAME), &key).expect("copies");
        fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("sets");
        let store = place.open().await;
        let read = store.begin_read().await.expect("begins");
        let ours = organisation::load(&read).await.expect("reads").expect("there");
        assert_eq!(ours.name, "Groupimo", "{}", folder.display());
        assert_eq!(
            people::list(&read, Cut::first(5))
                .await
                .expect("lists")
                .items
                .len(),
            2
        );
        let rooms = rooms::list(&read, Cut::first(5)).await.expect("lists");
        assert_eq!(rooms.items[0].address.as_str(), "groupimo");
        let keys = store::api_keys::list(&read, Cut::first(5)).await.expect("lists");
        assert_eq!(keys.items[0].secret.expose(), "not a secret: made for tests");
    }
}
