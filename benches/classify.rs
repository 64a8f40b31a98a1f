//! How many messages a second are read: our own samples, and the corpus where it is there.
//! `cargo bench --bench classify`; one thread, so a second is a CPU second.

use std::{fs, hint::black_box, path::Path};

use criterion::{Criterion, Throughput};
use postdesk::{domain::site::Site, reading};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::var_os("POSTDESK_CORPUS").map_or_else(|| root.join("../shared/corpus"), Into::into);
    let folders = [
        ("own letters", root.join("tests/fixtures/mail"), "eml"),
        ("own reports", root.join("tests/fixtures/delivery"), "txt"),
        ("bounces-dev", corpus.join("bounces-dev/lf"), "eml"),
        ("controls-dev", corpus.join("controls-dev/spamassassin/easy-ham-1"), "eml"),
    ];
    for (name, folder, extension) in folders {
        let mails = mails(&folder, extension);
        if mails.is_empty() {
            eprintln!("not measured: no mail at {}", folder.display());
            continue;
        }
        measure(&mut criterion, name, &mails);
    }
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion, name: &str, mails: &[Vec<u8>]) {
    let site = Site::default();
    let mut group = criterion.benchmark_group("classify");
    group.sample_size(20);
    group.throughput(Throughput::Elements(mails.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| mails.iter().for_each(|mail| drop(black_box(reading::read(black_box(mail), &site)))));
    });
    group.finish();
}

/// Every mail of a folder; the samples of rules hold several in one file.
fn mails(folder: &Path, extension: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    let files = paths.iter().filter_map(|path| fs::read(path).ok());
    if extension != "txt" {
        return files.collect();
    }
    files
        .flat_map(|bytes| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let samples =
                text.split("=== ").filter_map(|s| s.split_once('\n')).map(|(_, mail)| mail.as_bytes().to_vec());
            samples.filter(|mail| mail.len() > 100).collect::<Vec<_>>()
        })
        .collect()
}
