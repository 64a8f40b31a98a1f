//! A console at rest: how soon it is ready, and how much memory it holds.

use std::{thread::sleep, time::Duration};

use anyhow::Result;

use crate::{
    configuration::Settings,
    console::{self, Console, Place},
    database::Database,
    figure::{Figures, Promise},
    options::Engine,
    percentile::Sample,
    world::World,
};

const STARTS: usize = 20;
/// Long enough for both mailboxes to be connected, counted and idle.
const REST: Duration = Duration::from_secs(10);

pub(crate) fn measure(world: &World, figures: &mut Figures) -> Result<()> {
    let size = std::fs::metadata(console::binary()?)?.len();
    #[expect(clippy::cast_precision_loss, reason = "a binary has fewer than 2^52 bytes")]
    figures.add("binary", size as f64 / 1e6, "MB", Promise::Nothing, "target/release/postdesk");

    let place = Place::make(world, "idle")?;
    let database = Database::new(world, Engine::Sqlite, &place.dir, "idle")?;
    place.configure(world, &database, Settings { acknowledge: true, per_hour: 200 })?;
    let mut console = Console::start(&place)?;
    let first = console.ready()?;
    figures.add("ready, first start (makes the schema)", first.as_secs_f64(), "s", Promise::AtMost(0.3), "");
    sleep(REST);
    let (now, most) = console.memory()?;
    let note = format!("2 mailboxes in IDLE, {} s after the start; most so far {most:.1} MB", REST.as_secs());
    figures.add("idle memory (RSS)", now, "MB", Promise::AtMost(40.0), note);
    console.stop()?;

    let mut times = Vec::new();
    for _ in 0..STARTS {
        let mut console = Console::start(&place)?;
        times.push(console.ready()?);
        console.stop()?;
    }
    let sample = Sample::of(times);
    let note = format!("median {:.3} s of {STARTS} starts", sample.percentile(50).as_secs_f64());
    figures.add("ready, later start (worst)", sample.most().as_secs_f64(), "s", Promise::AtMost(0.3), note);
    Ok(())
}
