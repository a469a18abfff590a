//! The figures: what was to be reached, what was measured, what limits it, and the table that shows them.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::machine::Machine;

/// In what a figure is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Microseconds,
    Milliseconds,
    Seconds,
    Cores,
    Times,
    Kilobytes,
    Megabytes,
    PacketsPerSecond,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Unit::Microseconds => "µs",
            Unit::Milliseconds => "ms",
            Unit::Seconds => "s",
            Unit::Cores => "core",
            Unit::Times => "×",
            Unit::Kilobytes => "kB",
            Unit::Megabytes => "MB",
            Unit::PacketsPerSecond => "/s",
        }
    }

    /// Whether less of it is better.
    fn less_is_better(self) -> bool {
        self != Unit::PacketsPerSecond
    }

    fn show(self, value: f64) -> String {
        let digits = match value.abs() {
            large if large >= 100.0 => 0,
            middle if middle >= 10.0 => 1,
            _ => 2,
        };
        match self {
            Unit::PacketsPerSecond => format!("{:.1} k/s", value / 1000.0),
            _ => format!("{value:.digits$} {}", self.name()),
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Stays the same from run to run.
    id: &'static str,
    name: &'static str,
    unit: Unit,
    target: Option<f64>,
    measured: Option<f64>,
    note: String,
}

/// All that a run found.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    figures: Vec<Figure>,
    failures: Vec<String>,
}

impl Figures {
    /// Adds a figure that has a target.
    pub(crate) fn add(
        &mut self,
        (id, name): (&'static str, &'static str),
        unit: Unit,
        target: f64,
        measured: f64,
        note: impl Into<String>,
    ) {
        self.push((id, name), unit, Some(target), Some(measured), note.into());
    }

    /// Adds a figure that stands beside the others without a target.
    pub(crate) fn beside(
        &mut self,
        (id, name): (&'static str, &'static str),
        unit: Unit,
        measured: f64,
        note: impl Into<String>,
    ) {
        self.push((id, name), unit, None, Some(measured), note.into());
    }

    /// Adds a figure that could not be measured here, with the reason.
    pub(crate) fn not_measured(
        &mut self,
        (id, name): (&'static str, &'static str),
        unit: Unit,
        target: f64,
        reason: impl Into<String>,
    ) {
        self.push((id, name), unit, Some(target), None, reason.into());
    }

    fn push(
        &mut self,
        (id, name): (&'static str, &'static str),
        unit: Unit,
        target: Option<f64>,
        measured: Option<f64>,
        note: String,
    ) {
        self.figures.push(Figure {
            id,
            name,
            unit,
            target,
            measured,
            note,
        });
    }

    /// Notes that a measurement broke off.
    pub(crate) fn failed(&mut self, part: &str, error: &anyhow::Error) {
        self.failures.push(format!("{part}: {error:#}"));
    }

    /// Measurements that broke off.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// For the record.
    pub(crate) fn to_json(&self) -> Value {
        let figures = self.figures.iter().map(|figure| {
            let value = json!({
                "name": figure.name,
                "unit": figure.unit.name(),
                "target": figure.target,
                "measured": figure.measured.map(|value| (value * 1000.0).round() / 1000.0),
                "note": figure.note,
            });
            (figure.id.to_owned(), value)
        });
        Value::Object(figures.collect())
    }

    /// The table, each figure compared with its target and with the baseline.
    pub(crate) fn table(&self, baseline: Option<&Value>, machine: &Machine) -> String {
        let row = |out: &mut String, cells: [&str; 5]| {
            let [name, target, measured, verdict, change] = cells;
            let _ = writeln!(
                out,
                "{name:<58} {target:>11} {measured:>11}  {verdict:<13} {change:>9}"
            );
        };
        let mut out = format!("\n{}\n", machine.sentence());
        if let Some(warning) = machine.warning() {
            let _ = writeln!(out, "{warning}");
        }
        out.push('\n');
        row(&mut out, ["figure", "target", "measured", "", "baseline"]);
        let _ = writeln!(out, "{}", "─".repeat(106));
        for figure in &self.figures {
            let target = figure.target.map(|target| {
                let sign = if figure.unit.less_is_better() {
                    '≤'
                } else {
                    '≥'
                };
                format!("{sign} {}", figure.unit.show(target))
            });
            let measured = figure.measured.map(|value| figure.unit.show(value));
            row(
                &mut out,
                [
                    figure.name,
                    target.as_deref().unwrap_or(""),
                    measured.as_deref().unwrap_or("not measured"),
                    &figure.verdict(),
                    &figure.change(baseline),
                ],
            );
            wrap(&mut out, &figure.note);
        }
        for failure in &self.failures {
            let _ = writeln!(out, "\nFAILED {failure}");
        }
        if let Some(baseline) = baseline {
            let (date, load) = (&baseline["date"], &baseline["load_before"]);
            let _ = writeln!(
                out,
                "\nThe baseline is of {date} on {} under load {load}.",
                baseline["machine"]
            );
        }
        out.push('\n');
        out
    }
}

impl Figure {
    fn verdict(&self) -> String {
        let (Some(target), Some(measured)) = (self.target, self.measured) else {
            return String::new();
        };
        let ratio = match self.unit.less_is_better() {
            true => measured / target,
            false => target / measured,
        };
        match ratio <= 1.0 {
            true => "reached".to_owned(),
            false => format!("missed {ratio:.2}×"),
        }
    }

    /// Change against the baseline, in per cent.
    fn change(&self, baseline: Option<&Value>) -> String {
        let before = baseline.and_then(|record| record["figures"][self.id]["measured"].as_f64());
        match (self.measured, before) {
            (Some(now), Some(before)) if before != 0.0 => {
                format!("{:+.0} %", (now / before - 1.0) * 100.0)
            }
            _ => "–".to_owned(),
        }
    }
}

/// Writes a note below its figure, in lines that fit.
fn wrap(out: &mut String, note: &str) {
    let mut line = String::new();
    for word in note.split_whitespace() {
        if line.chars().count() + word.chars().count() > 98 {
            let _ = writeln!(out, "    {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(out, "    {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: Unit, target: f64, measured: f64) -> Figure {
        let (id, name, note) = ("x", "x", String::new());
        Figure {
            id,
            name,
            unit,
            target: Some(target),
            measured: Some(measured),
            note,
        }
    }

    #[test]
    fn a_target_is_reached_from_below_for_costs_and_from_above_for_rates() {
        assert_eq!(figure(Unit::Microseconds, 10.0, 10.0).verdict(), "reached");
        assert_eq!(figure(Unit::Microseconds, 10.0, 15.0).verdict(), "missed 1.50×");
        assert_eq!(figure(Unit::PacketsPerSecond, 10.0, 20.0).verdict(), "reached");
    }

    #[test]
    fn the_change_is_against_the_same_figure_of_the_baseline() {
        let baseline = json!({ "figures": { "x": { "measured": 8.0 } } });
        assert_eq!(
            figure(Unit::Microseconds, 10.0, 10.0).change(Some(&baseline)),
            "+25 %"
        );
        assert_eq!(figure(Unit::Microseconds, 10.0, 10.0).change(None), "–");
    }
}
