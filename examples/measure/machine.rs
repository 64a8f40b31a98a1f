//! What the figures were measured on.

use std::{fs, io::Write as _, path::Path, process::Command, time::Duration};

use anyhow::Result;

use crate::{percentile::Sample, stopwatch::Stopwatch};

/// Processor, memory, kernel, disk and date, in a few lines.
pub(crate) fn facts(dir: &Path) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = Command::new("date").arg("+%Y-%m-%d %H:%M %Z").output()?.stdout;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let flush = flush(dir)?;
    Ok(format!(
        "{}, {cores} cores ({processor}), {memory} memory, Linux {}, load {load} before; fsync of 16 kB: {:.2} ms (median), {:.2} ms (95th percentile)",
        String::from_utf8_lossy(&date).trim(),
        kernel.trim(),
        flush.percentile(50).as_secs_f64() * 1e3,
        flush.percentile(95).as_secs_f64() * 1e3,
    ))
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// How long the disk takes to make an appended page safe: what every commit waits for.
fn flush(dir: &Path) -> Result<Sample> {
    let path = dir.join("flushed");
    let mut file = fs::File::create(&path)?;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..100 {
        let watch = Stopwatch::start();
        file.write_all(&[7; 16 << 10])?;
        file.sync_data()?;
        times.push(watch.read());
    }
    fs::remove_file(path)?;
    Ok(Sample::of(times))
}
