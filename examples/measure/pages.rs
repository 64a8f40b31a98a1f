//! The pages of a postmaster's day, asked for by 16 people at once.

use std::{thread, time::Duration};

use anyhow::{Result, anyhow, ensure};

use crate::{
    console::Console,
    database::Counts,
    figure::{Figures, Promise},
    percentile::Sample,
    stopwatch::Stopwatch,
    visitor::Visitor,
};

const CLIENTS: usize = 16;
/// How long each kind of page is asked for; the first part is not counted.
const SPAN: Duration = Duration::from_secs(12);
const WARM_UP: Duration = Duration::from_secs(2);
/// A hurried person's pause: 16 such people are 80 pages a second.
const HURRIED: Duration = Duration::from_millis(200);
/// Well spread over all numbers: 7,919 is prime.
const STRIDE: usize = 7_919;

const LOGIN: &str = "paul";
const PASSWORD: &str = "open-the-measured-desk";

pub(crate) fn measure(
    console: &Console,
    counts: &Counts,
    words: &str,
    tickets: usize,
    figures: &mut Figures,
) -> Result<()> {
    counts.add_account(LOGIN, PASSWORD)?;
    let cookies = Visitor::new(&console.address, Vec::new())?.sign_in(LOGIN, PASSWORD)?;
    let kinds: [(&str, Path); 3] = [
        ("ticket list", |_| "/tickets".to_owned()),
        ("ticket page", |number| format!("/tickets/{number}")),
        ("message page", |number| format!("/messages/{number}")),
    ];
    for (kind, path) in kinds {
        let first = Visitor::new(&console.address, cookies.clone())?.get(&path(1))?;
        if first.status == 404 {
            eprintln!("  {kind}: this build has no such page");
            continue;
        }
        ensure!(first.status == 200, "{} is answered with {}", path(1), first.status);
        for (manner, pause, promise) in [
            ("16 hurried clients", HURRIED, Promise::AtMost(10.0)),
            ("16 clients without a pause", Duration::ZERO, Promise::Nothing),
        ] {
            let before = console.processor()?;
            let sample = ask(console, &cookies, path, tickets, pause)?;
            // The warm-up's pages have used some of it, so this is a little too much.
            let used = console.processor()?.saturating_sub(before);
            let count = f64::from(u32::try_from(sample.count())?);
            let (rate, each) = (count / SPAN.saturating_sub(WARM_UP).as_secs_f64(), used.as_secs_f64() * 1e6 / count);
            let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
            let note = format!(
                "median {:.2} ms, most {:.1} ms, {rate:.0} pages/s of {:.1} kB, {each:.0} µs processor each",
                milliseconds(sample.percentile(50)),
                milliseconds(sample.most()),
                f64::from(u32::try_from(first.body.len())?) / 1e3,
            );
            let name = format!("{kind}, {tickets} tickets, {manner}, 99th percentile, {words}");
            figures.add(name, milliseconds(sample.percentile(99)), "ms", promise, note);
        }
    }
    Ok(())
}

type Path = fn(usize) -> String;

/// Asks for one kind of page with all clients at once, each on a connection of its own.
fn ask(console: &Console, cookies: &[String], path: Path, tickets: usize, pause: Duration) -> Result<Sample> {
    let mut times = Vec::new();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || one_client(&console.address, cookies, path, tickets, client, pause)))
            .collect();
        for client in clients {
            times.extend(client.join().map_err(|_| anyhow!("a client ended"))??);
        }
        Ok(Sample::of(times))
    })
}

fn one_client(
    address: &str,
    cookies: &[String],
    path: Path,
    tickets: usize,
    client: usize,
    pause: Duration,
) -> Result<Vec<Duration>> {
    let mut visitor = Visitor::new(address, cookies.to_vec())?;
    let mut times = Vec::new();
    let begun = Stopwatch::start();
    let mut number = client * (tickets / CLIENTS);
    // Not all in step.
    thread::sleep(pause * u32::try_from(client)? / u32::try_from(CLIENTS)?);
    while begun.read() < SPAN {
        number = (number + STRIDE) % tickets;
        let watch = Stopwatch::start();
        let answer = visitor.get(&path(number + 1))?;
        let took = watch.read();
        ensure!(answer.status == 200, "{} is answered with {}", path(number + 1), answer.status);
        if begun.read() > WARM_UP {
            times.push(took);
        }
        thread::sleep(pause);
    }
    Ok(times)
}
