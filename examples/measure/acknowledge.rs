//! From a complaint's delivery by Dovecot to its acknowledgement's way through Postfix.
//!
//! Measured from outside and to the console's disadvantage: from before Dovecot has the complaint until the
//! acknowledgement lies in its recipient's mailbox, which is after Postfix accepted it.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::{
    configuration::Settings,
    console::{Console, Place},
    database::{Counts, Database},
    figure::{Figures, Promise},
    lmtp,
    mail::{self, Date, Mix},
    maildir::Maildir,
    options::Options,
    percentile::Sample,
    stopwatch::{Stopwatch, until},
    world::World,
};

/// Complaints on an idle console.
const ONE_BY_ONE: usize = 40;
/// Complaints behind a backlog, each behind one of its own.
const ROUNDS: usize = 20;
const BACKLOG: usize = 2_000;
const LIMIT: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(2);
/// What arrived together is over: the next complaint finds everything at rest.
const REST: Duration = Duration::from_millis(300);
/// Numbers of reporters that no generated mail has.
const REPORTERS: usize = 10_000_000;

pub(crate) fn measure(world: &World, options: &Options, figures: &mut Figures) -> Result<()> {
    for engine in options.engines() {
        let name = format!("acknowledge_{engine:?}").to_lowercase();
        let place = Place::make(world, &name)?;
        let database = Database::new(world, engine, &place.dir, &name)?;
        place.configure(world, &database, Settings { acknowledge: true, per_hour: 1_000_000 })?;
        for local in ["postmaster", "abuse"] {
            Maildir::of(world, local, "college.test")?.clear()?;
        }
        let mut console = Console::start(&place)?;
        console.ready()?;
        let counts = Counts::open(&database)?;
        // Both mailboxes are connected and wait.
        std::thread::sleep(Duration::from_secs(2));
        idle(world, &database, figures)?;
        backlog(world, &database, &counts, options.messages.unwrap_or(BACKLOG), figures)?;
        console.stop()?;
    }
    Ok(())
}

fn idle(world: &World, database: &Database, figures: &mut Figures) -> Result<()> {
    let date = Date::today();
    let mut times = Vec::new();
    for number in REPORTERS..REPORTERS + ONE_BY_ONE {
        nothing_there(world, number)?;
        let bytes = mail::complaint(number, &date);
        let sender = format!("{}@home.test", mail::reporter(number));
        let watch = lmtp::deliver(world.value("LMTP_PORT")?, &sender, "abuse@college.test", &bytes)?;
        times.push(acknowledged(world, number, watch)?);
        std::thread::sleep(REST);
    }
    let sample = Sample::of(times);
    let name = format!("acknowledged, idle console, 95th percentile, {}", database.words());
    let note = format!("{}; most {:.2} s", median(&sample), sample.most().as_secs_f64());
    figures.add(name, sample.percentile(95).as_secs_f64(), "s", Promise::AtMost(1.5), note);
    Ok(())
}

fn backlog(world: &World, database: &Database, counts: &Counts, waiting: usize, figures: &mut Figures) -> Result<()> {
    let mailbox = Maildir::of(world, "postmaster", "college.test")?;
    let mut applied = ONE_BY_ONE;
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let number = REPORTERS + ONE_BY_ONE + round;
        nothing_there(world, number)?;
        let mut prepared = mailbox.prepare(Mix::Usual, round * (waiting + 1), waiting)?;
        prepared.write(round * (waiting + 1) + waiting, &mail::complaint(number, &Date::today()))?;
        prepared.deliver()?;
        let watch = Stopwatch::start();
        times.push(acknowledged(world, number, watch)?);
        applied += waiting + 1;
        counts.wait_for_applied(applied, LIMIT)?;
        let sent = || counts.get("outbox.queued").is_ok_and(|queued| queued == 0).then_some(());
        until(LIMIT, Duration::from_millis(50), sent).context("the outbox does not become empty")?;
        std::thread::sleep(REST);
    }
    let sample = Sample::of(times);
    let name = format!("acknowledged, behind {waiting}, 95th percentile, {}", database.words());
    let note = format!("{}; most {:.2} s", median(&sample), sample.most().as_secs_f64());
    figures.add(name, sample.percentile(95).as_secs_f64(), "s", Promise::AtMost(5.0), note);
    Ok(())
}

fn median(sample: &Sample) -> String {
    format!("{} complaints, median {:.2} s", sample.count(), sample.percentile(50).as_secs_f64())
}

/// What the other database's console wrote to the same reporter is not ours.
fn nothing_there(world: &World, number: usize) -> Result<()> {
    Maildir::of(world, &mail::reporter(number), "home.test")?.clear()
}

/// Waits for the acknowledgement in the reporter's mailbox.
fn acknowledged(world: &World, number: usize, watch: Stopwatch) -> Result<Duration> {
    let mailbox = Maildir::of(world, &mail::reporter(number), "home.test")?;
    until(LIMIT, LOOK, || mailbox.has_new().then(|| watch.read())).context("no acknowledgement came")
}
