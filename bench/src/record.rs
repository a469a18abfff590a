//! The record of a run as JSON: written after every run, kept in git as the baseline when asked.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::figures::Figures;
use crate::machine::Machine;
use crate::place::Place;

/// Everything a run found, and on what.
pub(crate) fn record(
    before: &Machine,
    after: &Machine,
    figures: &Figures,
    took: Duration,
    quick: bool,
) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    json!({
        "date": date(now.as_secs() / 86_400),
        "machine": before.to_json(),
        "load_before": before.load(),
        "load_after": after.load(),
        "quick": quick,
        "seconds": took.as_secs(),
        "figures": figures.to_json(),
        "failures": figures.failures(),
    })
}

/// Writes a record, making the folder.
pub(crate) fn write(file: &Path, record: &Value) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let text = serde_json::to_string_pretty(record)? + "\n";
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

/// The baseline, when there is one that can be read.
pub(crate) fn read_baseline(place: &Place) -> Option<Value> {
    let text = fs::read_to_string(place.baseline()).ok()?;
    serde_json::from_str(&text)
        .inspect_err(|error| eprintln!("the baseline is damaged and left out: {error}"))
        .ok()
}

/// The date so many days after the first of January 1970, as year, month and day.
fn date(days: u64) -> String {
    // Years begin in March here, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_become_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_777), "2026-11-20");
    }
}
