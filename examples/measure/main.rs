//! The promised figures, measured from a release build against real servers.
//!
//! ```text
//! cargo run --release --example measure -- [ingest|idle|backlog|pages|acknowledge|all] [--messages N] [--only sqlite|postgres]
//! ```
//!
//! Starts the world of real servers and the true `postdesk` binary with a configuration of its own, gives it mail, and
//! prints a table. `docs/measurements.md` says what each figure means. Needs root, as the world does.

mod acknowledge;
mod backlog;
mod configuration;
mod console;
mod database;
mod figure;
mod idle;
mod ingest;
mod lmtp;
mod machine;
mod mail;
mod maildir;
mod options;
mod pages;
mod percentile;
mod stopwatch;
mod visitor;
mod world;

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    figure::Figures,
    options::{Options, Part},
    world::World,
};

fn main() -> ExitCode {
    let options = match Options::from_arguments(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::from(2);
        }
    };
    match measure(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("measure: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs what was asked for; true if every promise was kept.
fn measure(options: &Options) -> Result<bool> {
    console::build()?;
    let mut figures = Figures::default();
    let world = World::start(options.postgres())?;
    println!("{}", machine::facts(&world.dir)?);
    for part in &options.parts {
        eprintln!("measuring: {part:?}");
        match part {
            Part::Idle => idle::measure(&world, &mut figures)?,
            Part::Ingest => ingest::measure(&world, options, &mut figures)?,
            Part::Acknowledge => acknowledge::measure(&world, options, &mut figures)?,
            Part::Backlog => backlog::measure(&world, options, false, &mut figures)?,
            Part::Pages => backlog::measure(&world, options, true, &mut figures)?,
        }
    }
    println!("{figures}");
    Ok(figures.all_kept())
}
