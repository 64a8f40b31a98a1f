//! Real reports, where the folder is there: beside the repository, or where `POSTDESK_CORPUS` says.

use std::path::PathBuf;

use crate::{domain::site::Site, reading::read};

/// Those that break their standard, and how it is told.
const BROKEN: [(&str, &str); 7] = [
    ("_large-example.com", "no name of the reporter"),
    ("empty_reason", "a reason is none"),
    ("estadocuenta1", "auth_results"),
    ("ikea.com", "something stands around"),
    ("mimecast-weird-gzip", "broken or not complete"),
    ("usssa.com", "auth_results"),
    ("rpt03.json", "without its domain"),
];

/// The reports of the folder: what stands beside them is neither XML nor mail.
fn reports() -> Vec<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("POSTDESK_CORPUS").map_or(beside, PathBuf::from).join("dmarc-tlsrpt-dev");
    let folders = ["aggregate", "extract_report", "mail-auth-dmarc-feedback", "mail-auth-tlsrpt", "smtp_tls"];
    let mut found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(corpus.join(folder)).ok())
        .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
        // The parse that others expect of the reports beside it.
        .filter(|path| {
            !(path.to_string_lossy().contains("dmarc-feedback") && path.extension().is_some_and(|e| e == "json"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_real_report_is_read_and_the_broken_ones_are_told() {
    let found = reports();
    if found.is_empty() {
        eprintln!("not looked at: no corpus");
        return;
    }
    for path in found {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let report = read(&std::fs::read(&path).unwrap(), &Site::default()).report.unwrap_or_else(|| panic!("{name}"));
        let flaws = report.figures.as_ref().unwrap_or_else(|| panic!("{name} has no figures")).flaws.join("; ");
        match BROKEN.iter().find(|(begin, _)| name.starts_with(begin)) {
            Some((_, told)) => assert!(!report.conforming && flaws.contains(told), "{name}: {flaws}"),
            None => assert!(report.conforming, "{name}: {flaws}"),
        }
        assert!(report.records > 0, "{name}");
    }
}
