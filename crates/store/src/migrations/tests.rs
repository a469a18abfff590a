//! Steps that are not released: one more, and one that fails.

use super::*;
use crate::location::Location;
use crate::store::open_sqlite;

const MORE: Migration = Migration {
    name: "more",
    sql: "CREATE TABLE more (id ID NOT NULL PRIMARY KEY\n);",
};

const BROKEN: Migration = Migration {
    name: "broken",
    sql: "CREATE TABLE broken (id ID NOT NULL PRIMARY KEY\n);\nINSERT INTO nowhere VALUES (1);",
};

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let ask = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let rows = database
        .query_all_raw(Statement::from_string(DbBackend::Sqlite, ask))
        .await
        .expect("asks");
    let name = |row: &sea_orm::QueryResult| row.try_get_by_index(0).expect("a name");
    rows.iter().map(name).collect()
}

#[tokio::test]
async fn an_existing_file_is_copied_before_it_is_changed_and_a_new_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("palabre.sqlite");
    let location = Location::Sqlite(file.clone());
    let database = open_sqlite(&file, &location).await.expect("opens");
    run(&database, Some(&file), ALL).await.expect("migrates");
    let copy = folder
        .path()
        .join(format!("palabre.sqlite.before-{}", ALL.len() + 1));
    assert!(!copy.exists());
    let before = tables(&database).await;
    let more: Vec<_> = ALL.iter().copied().chain([MORE]).collect();
    run(&database, Some(&file), &more).await.expect("migrates");
    assert!(tables(&database).await.contains(&"more".to_owned()));
    let copied = open_sqlite(&copy, &location).await.expect("the copy opens");
    assert_eq!(tables(&copied).await, before);
    let refused = run(&database, Some(&file), ALL)
        .await
        .expect_err("an older program");
    assert!(matches!(refused, StoreError::Newer { .. }), "{refused}");
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_database_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("palabre.sqlite");
    let location = Location::Sqlite(file.clone());
    let database = open_sqlite(&file, &location).await.expect("opens");
    run(&database, Some(&file), ALL).await.expect("migrates");
    let before = tables(&database).await;
    let steps: Vec<_> = ALL.iter().copied().chain([MORE, BROKEN]).collect();
    let error = run(&database, Some(&file), &steps).await.expect_err("fails");
    assert!(error.to_string().contains("broken"), "{error}");
    assert_eq!(tables(&database).await, before);
    assert_eq!(
        current(&database).await.expect("reads"),
        i64::try_from(ALL.len()).expect("few")
    );
}

#[test]
fn each_database_gets_its_own_words() {
    let text = "-- ID\nCREATE TABLE a (\n  id ID NOT NULL,\n  width NUMBER,\n  valid FLAG\n);";
    let sqlite = dialect(text, false);
    assert!(
        sqlite.contains("id BLOB NOT NULL")
            && sqlite.contains("width INTEGER")
            && sqlite.contains(") STRICT;")
    );
    let postgres = dialect(text, true);
    assert!(
        postgres.contains("id uuid NOT NULL")
            && postgres.contains("valid boolean")
            && postgres.ends_with(");\n")
    );
}
