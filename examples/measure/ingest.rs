//! Messages a second, from waiting in Dovecot to applied, with everything about them committed.

use std::time::Duration;

use anyhow::Result;

use crate::{
    configuration::Settings,
    console::{Console, Place},
    database::{Counts, Database},
    figure::{Figures, Promise},
    mail::Mix,
    maildir::Maildir,
    options::{Engine, Options},
    percentile::Sample,
    world::World,
};

const WAITING: usize = 2_000;
const ROUNDS: usize = 5;
const LIMIT: Duration = Duration::from_mins(10);

pub(crate) fn measure(world: &World, options: &Options, figures: &mut Figures) -> Result<()> {
    let waiting = options.messages.unwrap_or(WAITING);
    for engine in options.engines() {
        let mut times = Vec::new();
        let mut processor = Duration::ZERO;
        for round in 0..ROUNDS {
            let (took, used) = one_round(world, engine, round, waiting)?;
            times.push(took);
            processor += used;
        }
        let sample = Sample::of(times);
        #[expect(clippy::cast_precision_loss, reason = "some thousands of messages")]
        let rate = |time: Duration| waiting as f64 / time.as_secs_f64();
        let least = if engine == Engine::Sqlite { 1_000.0 } else { 500.0 };
        let words = if engine == Engine::Sqlite { "SQLite, synchronous=FULL" } else { "PostgreSQL, fsync on" };
        let each = processor.as_secs_f64() * 1e6 / f64::from(u32::try_from(waiting * ROUNDS)?);
        let note = format!(
            "median of {ROUNDS}, from the process's start; worst {:.0}; {each:.0} µs processor a message",
            rate(sample.most())
        );
        figures.add(
            format!("ingested from {waiting} waiting, {words}"),
            rate(sample.percentile(50)),
            "/s",
            Promise::AtLeast(least),
            note,
        );
    }
    Ok(())
}

/// A new database, a new mailbox: time from the start of the console's process, and the processor time it used.
fn one_round(world: &World, engine: Engine, round: usize, waiting: usize) -> Result<(Duration, Duration)> {
    let name = format!("ingest_{round}");
    let place = Place::make(world, &format!("{name}_{engine:?}"))?;
    let database = Database::new(world, engine, &place.dir, &name)?;
    place.configure(world, &database, Settings { acknowledge: true, per_hour: 200 })?;
    let mailbox = Maildir::of(world, "postmaster", "college.test")?;
    mailbox.clear()?;
    mailbox.prepare(Mix::Usual, round * waiting, waiting)?.deliver()?;
    let mut console = Console::start(&place)?;
    let since = console.since;
    console.ready()?;
    let counts = Counts::open(&database)?;
    counts.wait_for_applied(waiting, LIMIT)?;
    let (took, used) = (since.read(), console.processor()?);
    console.stop()?;
    Ok((took, used))
}
