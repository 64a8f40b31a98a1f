//! Measures what hostile mail costs: `cargo run --release --example hostile`. Each mail is read by a process of its own, so that
//! the most memory that process ever held is that mail's (the mail itself included).

use std::{env, process::Command};

use postdesk::{clock::Clock, domain::site::Site, reading};

#[path = "../../src/reading/tests/hostile_mail.rs"]
mod hostile_mail;

fn main() {
    match env::args().nth(1) {
        Some(name) => one(&name),
        None => all(),
    }
}

fn all() {
    let itself = env::current_exe().expect("the program's own path");
    println!("{:<40} {:>10} {:>12} {:>12}", "mail", "size", "time", "memory");
    for (name, _) in hostile_mail::ALL {
        let ended = Command::new(&itself).arg(name).status().expect("the program itself");
        assert!(ended.success(), "{name}: {ended}");
    }
}

fn one(name: &str) {
    let (_, make) = hostile_mail::ALL.iter().find(|(n, _)| *n == name).expect("a known name");
    let mail = make();
    let clock = Clock::machine();
    let start = clock.now();
    let reading = reading::read(&mail, &Site::default());
    let spent = clock.now().since(start);
    let broken = reading.evidence.iter().any(|e| e.rule == "reading.given-up");
    println!(
        "{name:<40} {:>7} kB {:>9.1} ms {:>9} kB{}",
        mail.len() >> 10,
        spent.as_secs_f64() * 1000.0,
        peak_memory(),
        if broken { "  a parser broke" } else { "" }
    );
}

/// The most memory the process ever held, in kB, as Linux tells it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
