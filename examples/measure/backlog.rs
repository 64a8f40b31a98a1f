//! The memory that 100,000 waiting messages take while they are ingested; with what they left, the pages.

use std::time::Duration;

use anyhow::Result;

use crate::{
    configuration::Settings,
    console::{Console, Place},
    database::{Counts, Database},
    figure::{Figures, Promise},
    mail::Mix,
    maildir::Maildir,
    options::Options,
    pages,
    world::World,
};

const WAITING: usize = 100_000;
const LIMIT: Duration = Duration::from_mins(30);

pub(crate) fn measure(world: &World, options: &Options, with_pages: bool, figures: &mut Figures) -> Result<()> {
    let waiting = options.messages.unwrap_or(WAITING);
    for engine in options.engines() {
        let name = format!("backlog_{engine:?}").to_lowercase();
        let place = Place::make(world, &name)?;
        let database = Database::new(world, engine, &place.dir, &name)?;
        // Every message opens a ticket; none is answered, as one old mailbox's mail would not be.
        place.configure(world, &database, Settings { acknowledge: false, per_hour: 200 })?;
        let mailbox = Maildir::of(world, "postmaster", "college.test")?;
        mailbox.clear()?;
        mailbox.prepare(Mix::Tickets, 0, waiting)?.deliver()?;
        let mut console = Console::start(&place)?;
        let since = console.since;
        console.ready()?;
        let counts = Counts::open(&database)?;
        counts.wait_for_applied(waiting, LIMIT)?;
        let took = since.read().as_secs_f64();
        let (now, most) = console.memory()?;
        let rate = f64::from(u32::try_from(waiting)?) / took;
        let note = format!("the most it ever was; {now:.1} MB at the end; {took:.0} s, {rate:.0}/s, a ticket each");
        let words = database.words();
        let figure = format!("memory (RSS), {waiting} waiting being ingested, {words}");
        figures.add(figure, most, "MB", Promise::AtMost(100.0), note);
        if with_pages {
            pages::measure(&console, &counts, words, waiting, figures)?;
        }
        console.stop()?;
        mailbox.clear()?;
    }
    Ok(())
}
