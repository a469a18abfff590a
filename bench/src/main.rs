//! Measures the figures of the design on a running server and prints them beside the raw limits of the machine.

mod browser;
mod crowd;
mod decode;
mod figures;
mod footprint;
mod gallery;
mod growth;
mod machine;
mod page;
mod place;
mod raw;
mod record;
mod server;
mod throughput;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::figures::Figures;
use crate::machine::Machine;
use crate::place::Place;

const HELP: &str = "palabre-bench [options]

  --only LIST       parts to measure, with commas between: p1 (with P2, P6 and the cost of joining), p4, p5, p11,
                    sections (98 of them), pps (with the added delay), page (of a room: weight and first paint);
                    the raw limits are always measured
  --quick           shorter windows and fewer repetitions: to see that everything runs, not to compare
  --server FILE     the binary to measure (palabre beside this program)
  --save-baseline   write bench/baseline.json: what later runs are compared with
  --json            print the record instead of the table

Figures are reported, not gates: the exit status is 1 only when a measurement failed.
";

/// The parts, in the order they run, and the other names by which `--only` knows them.
const PARTS: [(&str, &[&str]); 7] = [
    ("p11", &["start", "size"]),
    ("p1", &["p2", "p6", "join"]),
    ("sections", &["98"]),
    ("p4", &[]),
    ("pps", &["p99", "delay"]),
    ("p5", &[]),
    ("page", &["weight", "paint"]),
];

/// What was asked on the command line.
struct Arguments {
    parts: Vec<&'static str>,
    quick: bool,
    server: Option<std::path::PathBuf>,
    save_baseline: bool,
    json: bool,
}

fn arguments() -> Result<Option<Arguments>> {
    let mut arguments = Arguments {
        parts: PARTS.iter().map(|(part, _)| *part).collect(),
        quick: false,
        server: None,
        save_baseline: false,
        json: false,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let mut value = || {
            given
                .next()
                .with_context(|| format!("{name} needs a value\n\n{HELP}"))
        };
        match name.as_str() {
            "--only" => arguments.parts = parts(&value()?)?,
            "--server" => arguments.server = Some(value()?.into()),
            "--quick" => arguments.quick = true,
            "--save-baseline" => arguments.save_baseline = true,
            "--json" => arguments.json = true,
            "--help" => return Ok(None),
            other => bail!("what is {other}?\n\n{HELP}"),
        }
    }
    Ok(Some(arguments))
}

fn parts(list: &str) -> Result<Vec<&'static str>> {
    let mut chosen = Vec::new();
    for wanted in list.split(',').map(|wanted| wanted.trim().to_lowercase()) {
        let found = PARTS
            .iter()
            .find(|(part, others)| *part == wanted || others.contains(&wanted.as_str()));
        match found {
            Some((part, _)) => chosen.push(*part),
            None => bail!("there is no part {wanted}\n\n{HELP}"),
        }
    }
    Ok(chosen)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("palabre-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether every measurement that was begun came to an end.
fn run() -> Result<bool> {
    let Some(arguments) = arguments()? else {
        print!("{HELP}");
        return Ok(true);
    };
    let started = Instant::now();
    let place = Place::find(arguments.server.clone(), arguments.quick)?;
    let machine = Machine::look();
    let mut figures = Figures::default();
    eprintln!("{}", machine.sentence());
    eprintln!("Measuring {}; progress:", place.binary.display());
    let raw = raw::measure(&mut figures)?;
    for part in &arguments.parts {
        eprintln!("  {part} after {} s", started.elapsed().as_secs());
        let outcome = match *part {
            "p11" => footprint::measure(&place, &mut figures),
            "p1" => gallery::measure(&place, &raw, &mut figures),
            "sections" => gallery::measure_all_sections(&place, &mut figures),
            "p4" => growth::measure(&place, &mut figures),
            "pps" => throughput::measure(&place, &raw, &mut figures),
            "page" => page::measure(&place, &mut figures),
            _ => decode::measure(&place, &mut figures),
        };
        if let Err(error) = outcome {
            figures.failed(part, &error);
        }
    }
    let record = record::record(
        &machine,
        &Machine::look(),
        &figures,
        started.elapsed(),
        arguments.quick,
    );
    let baseline = record::read_baseline(&place);
    match arguments.json {
        true => println!("{}", serde_json::to_string_pretty(&record)?),
        false => print!("{}", figures.table(baseline.as_ref(), &machine)),
    }
    record::write(&place.latest(), &record)?;
    if arguments.save_baseline {
        record::write(&place.baseline(), &record)?;
    }
    eprintln!(
        "{} s in all; the record is in {}.",
        started.elapsed().as_secs(),
        place::LATEST
    );
    Ok(figures.failures().is_empty())
}
