//! Rows that any database reads: a file for each table, a line for each row, a JSON object for each line.
//!
//! `{"id":"01890a5dac96774bbcceb302099a8057","email":"zoe@example.org","active":1,"created":1700000000000}`: bytes and
//! ids are hexadecimal digits, instants are milliseconds since 1970 UTC, yes and no are 1 and 0, what is missing is null.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Statement, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::error::StoreError;
use crate::secrets::{from_hex, to_hex};
use crate::store::make_folder;
use crate::transaction::Read;

/// Every table but `migration`, those that others refer to first.
const TABLES: [&str; 30] = [
    "organisation",
    "establishment",
    "person",
    "sign_in_code",
    "sign_in",
    "invitation",
    "api_key",
    "api_token",
    "room",
    "room_look",
    "room_address",
    "room_host",
    "organisation_logo",
    "visit",
    "knock",
    "meeting",
    "attendance",
    "chat_message",
    "failed_join",
    "passkey",
    "oidc_provider",
    "oidc_identity",
    "ceremony",
    "webhook",
    "delivery",
    "idempotency",
    "audit_entry",
    "mail",
    "job",
    "secret_check",
];

/// What a column holds, whatever its database calls it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Id,
    Bytes,
    Number,
    BigNumber,
    Flag,
    Text,
}

struct Column {
    name: String,
    kind: Kind,
}

/// Writes all rows that `read` sees.
pub(super) async fn write(read: &Read, folder: &Path) -> Result<(), StoreError> {
    write_from(read.connection(), folder).await
}

/// Writes all rows that `tx` sees.
pub(super) async fn write_from(tx: &DatabaseTransaction, folder: &Path) -> Result<(), StoreError> {
    make_folder(folder)?;
    for table in TABLES {
        let columns = columns(tx, table).await?;
        if columns.is_empty() {
            continue;
        }
        let path = folder.join(format!("{table}.jsonl"));
        let wrong = || StoreError::file("writing", &path);
        let mut file = BufWriter::new(File::create(&path).map_err(wrong())?);
        let all = format!("SELECT {} FROM {table}", names(&columns));
        let all = Statement::from_string(tx.get_database_backend(), all);
        let mut rows = sea_orm::StreamTrait::stream_raw(tx, all).await?;
        while let Some(row) = rows.try_next().await? {
            let mut object = Map::new();
            for (place, column) in columns.iter().enumerate() {
                object.insert(column.name.clone(), from_row(&row, place, column.kind)?);
            }
            writeln!(file, "{}", Json::Object(object)).map_err(wrong())?;
        }
        let file = file.into_inner().map_err(|error| wrong()(error.into_error()))?;
        file.sync_all().map_err(wrong())?;
    }
    Ok(())
}

/// Whether there is no row in any table.
pub(super) async fn are_empty(tx: &DatabaseTransaction) -> Result<bool, StoreError> {
    for table in TABLES {
        if columns(tx, table).await?.is_empty() {
            continue;
        }
        let one = Statement::from_string(
            tx.get_database_backend(),
            format!("SELECT 1 FROM {table} LIMIT 1"),
        );
        if tx.query_one_raw(one).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads what was written into empty tables of the same version.
pub(super) async fn read_into(tx: &DatabaseTransaction, folder: &Path) -> Result<(), StoreError> {
    for table in TABLES {
        let columns = columns(tx, table).await?;
        let path = folder.join(format!("{table}.jsonl"));
        if columns.is_empty() || !path.exists() {
            continue;
        }
        let file = File::open(&path).map_err(StoreError::file("reading", &path))?;
        let places: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
        let insert = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names(&columns),
            places.join(", ")
        );
        for (line, number) in BufReader::new(file).lines().zip(1..) {
            let line = line.map_err(StoreError::file("reading", &path))?;
            let damaged = |why: String| {
                StoreError::Backup(format!("line {number} of {} is damaged: {why}", path.display()))
            };
            let object: Map<String, Json> =
                serde_json::from_str(&line).map_err(|error| damaged(error.to_string()))?;
            if let Some(unknown) = object
                .keys()
                .find(|key| columns.iter().all(|column| column.name != **key))
            {
                return Err(damaged(format!("the table has no column {unknown}")));
            }
            let value = |column: &Column| {
                let json = object.get(&column.name).unwrap_or(&Json::Null);
                to_value(json, column.kind).ok_or_else(|| damaged(format!("{} is not readable", column.name)))
            };
            let values = columns.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            let insert = Statement::from_sql_and_values(tx.get_database_backend(), &insert, values);
            tx.execute_raw(insert).await?;
        }
    }
    Ok(())
}

/// The columns of a table as the database knows it; none when there is no such table.
async fn columns(tx: &DatabaseTransaction, table: &str) -> Result<Vec<Column>, StoreError> {
    let backend = tx.get_database_backend();
    let ask = match backend {
        DbBackend::Postgres => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
        _ => "SELECT name, type FROM pragma_table_info($1)",
    };
    let ask = Statement::from_sql_and_values(backend, ask, [table.into()]);
    let rows = tx.query_all_raw(ask).await?;
    let read = |row: QueryResult| {
        let name = row.try_get_by_index(0)?;
        let kind: String = row.try_get_by_index(1)?;
        let kind = match kind.as_str() {
            "uuid" => Kind::Id,
            "bytea" | "BLOB" => Kind::Bytes,
            "integer" => Kind::Number,
            "bigint" | "INTEGER" => Kind::BigNumber,
            "boolean" => Kind::Flag,
            _ => Kind::Text,
        };
        Ok(Column { name, kind })
    };
    rows.into_iter().map(read).collect()
}

fn names(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn from_row(row: &QueryResult, place: usize, kind: Kind) -> Result<Json, StoreError> {
    let json = match kind {
        Kind::Id => {
            let id: Option<Uuid> = row.try_get_by_index(place)?;
            id.map(|id| id.simple().to_string().into())
        }
        Kind::Bytes => {
            let bytes: Option<Vec<u8>> = row.try_get_by_index(place)?;
            bytes.map(|bytes| to_hex(&bytes).into())
        }
        Kind::Number => row.try_get_by_index::<Option<i32>>(place)?.map(Json::from),
        Kind::BigNumber => row.try_get_by_index::<Option<i64>>(place)?.map(Json::from),
        Kind::Flag => {
            let flag: Option<bool> = row.try_get_by_index(place)?;
            flag.map(|flag| Json::from(u8::from(flag)))
        }
        Kind::Text => row.try_get_by_index::<Option<String>>(place)?.map(Json::from),
    };
    Ok(json.unwrap_or(Json::Null))
}

/// `None` for a value that the column cannot hold.
fn to_value(json: &Json, kind: Kind) -> Option<Value> {
    let some = (!json.is_null()).then_some(json);
    Some(match kind {
        Kind::Id => Value::Uuid(read(some, |json| Uuid::try_parse(json.as_str()?).ok())?),
        Kind::Bytes => Value::Bytes(read(some, |json| from_hex(json.as_str()?))?),
        Kind::Number => Value::Int(read(some, |json| i32::try_from(json.as_i64()?).ok())?),
        Kind::BigNumber => Value::BigInt(read(some, Json::as_i64)?),
        Kind::Flag => Value::Bool(read(some, |json| Some(json.as_i64()? != 0))?),
        Kind::Text => Value::String(read(some, |json| json.as_str().map(str::to_owned))?),
    })
}

/// What is missing stays so; what is there is read, or is wrong.
fn read<T>(json: Option<&Json>, read: impl FnOnce(&Json) -> Option<T>) -> Option<Option<T>> {
    match json {
        None => Some(None),
        Some(json) => read(json).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Location, migrations, store};

    #[tokio::test]
    async fn every_table_is_backed_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let location = Location::in_folder(folder.path());
        let database = store::open_sqlite(&folder.path().join("palabre.sqlite"), &location)
            .await
            .expect("opens");
        migrations::run(&database, None, migrations::ALL)
            .await
            .expect("migrates");
        let ask = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migration' ORDER BY name";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, ask));
        let name = |row: &QueryResult| row.try_get_by_index(0).expect("a name");
        let there: Vec<String> = rows.await.expect("asks").iter().map(name).collect();
        let mut ours = TABLES;
        ours.sort_unstable();
        assert_eq!(there, ours);
    }
}
