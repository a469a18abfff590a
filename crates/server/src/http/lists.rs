//! Lists that are imported: the file that comes in, and the report about it as it is written.

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use meetings::table::{Encoding, MAX_BYTES, TableError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::body::malformed;
use super::error::ApiError;
use crate::actions::error::Error;
use crate::actions::lists::Report;

/// What a list may weigh, as a layer of its route.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MAX_BYTES)
}

/// The bytes of a list; as the last argument of a handler.
#[derive(Clone, Debug)]
pub struct File(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let refused = |rejection: BytesRejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                ApiError::new(rejection.status(), "table_too_large", TableError::TooLarge)
            }
            _ => malformed("the body was cut off"),
        };
        let bytes = Bytes::from_request(request, state).await.map_err(refused)?;
        Ok(Self(bytes))
    }
}

/// What a list does, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport<Line> {
    /// Nothing was changed.
    dry_run: bool,
    /// How the file was read.
    encoding: FileEncoding,
    /// What stands between its cells.
    #[schema(value_type = String, example = ";")]
    delimiter: char,
    /// Its columns; empty for a list without headers.
    columns: Vec<ImportColumn>,
    /// How many lines do what.
    totals: ImportTotals,
    /// Its lines.
    lines: Vec<Line>,
}

/// How a file was read.
#[derive(Debug, Serialize, ToSchema)]
pub enum FileEncoding {
    /// What everything writes today.
    #[serde(rename = "utf-8")]
    Utf8,
    /// "Unicode text" of older spreadsheets.
    #[serde(rename = "utf-16")]
    Utf16,
    /// CSV of Excel in western Europe.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// A column of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportColumn {
    /// What stands above it.
    #[schema(example = "Courriel")]
    header: String,
    /// What it was taken for, by the name its cells have in the lines below; absent when it is not read.
    #[schema(value_type = Option<String>, example = "email")]
    #[serde(skip_serializing_if = "Option::is_none")]
    read_as: Option<&'static str>,
}

/// How many lines do what.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ImportTotals {
    /// They add something.
    add: usize,
    /// What they name is there already, and stays as it is.
    known: usize,
    /// They cannot be used.
    error: usize,
}

/// What a line does.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It adds something.
    Add,
    /// What it names is there already, and stays as it is.
    Known,
    /// It cannot be used.
    Error,
}

/// Why a line cannot be used.
pub fn problem(code: &'static str, error: &impl ToString, details: Option<Value>) -> ApiError {
    let error = Error::invalid(code, error.to_string());
    Error { details, ..error }.into()
}

impl<Line> ImportReport<Line> {
    /// A report as it is written, whose columns and lines are written so.
    pub fn of<Column, L>(
        report: Report<Column, L>,
        dry_run: bool,
        word: impl Fn(Column) -> &'static str,
        write: impl Fn(L) -> (Line, ImportOutcome),
    ) -> Self {
        let mut totals = ImportTotals::default();
        let columns = report.columns.into_iter().map(|(header, column)| ImportColumn {
            header,
            read_as: column.map(&word),
        });
        let counted = |line| {
            let (line, outcome) = write(line);
            match outcome {
                ImportOutcome::Add => totals.add += 1,
                ImportOutcome::Known => totals.known += 1,
                ImportOutcome::Error => totals.error += 1,
            }
            line
        };
        let lines = report.lines.into_iter().map(counted).collect();
        Self {
            dry_run,
            encoding: match report.encoding {
                Encoding::Utf8 => FileEncoding::Utf8,
                Encoding::Utf16 => FileEncoding::Utf16,
                Encoding::Windows1252 => FileEncoding::Windows1252,
            },
            delimiter: report.delimiter,
            columns: columns.collect(),
            totals,
            lines,
        }
    }
}
