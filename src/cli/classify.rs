//! `postdesk classify`: what each message is, one JSON line a message.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{
    desk::acknowledge::{self, Facts},
    domain::{
        acknowledgement::Acknowledgement,
        delivery::{Action, Acts, Delivery, Group, Reason},
        evidence::Evidence,
        feedback::{Feedback, Report},
        kind::Kind,
        site::Site,
        time::Moment,
    },
    reading,
};

/// Directories inside directories that are walked.
const DEPTH: usize = 64;

/// One line. The fields are promised to users.
#[derive(Serialize)]
struct Line<'r> {
    path: &'r str,
    kind: Kind,
    deliveries: Vec<DeliveryLine<'r>>,
    feedback: Option<FeedbackLine<'r>>,
    report: Option<ReportLine<'r>>,
    acknowledge: Acknowledgement,
    evidence: &'r [Evidence],
}

#[derive(Serialize)]
struct DeliveryLine<'r> {
    recipient: &'r str,
    original_recipient: Option<&'r str>,
    action: Action,
    status: Option<&'r str>,
    reply_code: Option<u16>,
    reason: Reason,
    group: Group,
    permanent: bool,
    acts: Acts,
    diagnostic: Option<&'r str>,
}

#[derive(Serialize)]
struct FeedbackLine<'r> {
    #[serde(rename = "type")]
    feedback_type: &'r str,
    source_ip: Option<&'r str>,
    mail_from: Option<&'r str>,
    rcpt_to: &'r [String],
    arrival: Option<String>,
    domains: &'r [String],
    uris: &'r [String],
    conforming: bool,
}

#[derive(Serialize)]
struct ReportLine<'r> {
    #[serde(rename = "type")]
    report_type: &'r str,
    organisation: Option<&'r str>,
    domain: Option<&'r str>,
    begin: Option<String>,
    end: Option<String>,
    id: Option<&'r str>,
    records: u64,
    conforming: bool,
}

/// Reads every path: a file, a directory that is walked, or `-` for standard input. What cannot be read is said on
/// `err` and the rest is still read. True if everything could be read.
///
/// # Errors
/// When `out` or `err` cannot be written to.
pub fn classify(
    paths: &[PathBuf],
    site: Option<&Site>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<bool> {
    let default = Site::default();
    let mut run = Run { site: site.unwrap_or(&default), out, err, good: true };
    for path in paths {
        if path.as_os_str() == "-" {
            run.message("-", io::stdin().lock())?;
        } else {
            run.path(path, 0)?;
        }
    }
    run.out.flush()?;
    Ok(run.good)
}

struct Run<'r, O, E> {
    site: &'r Site,
    out: &'r mut O,
    err: &'r mut E,
    good: bool,
}

impl<O: Write, E: Write> Run<'_, O, E> {
    fn path(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        match fs::metadata(path) {
            // A link to a directory may lead back above itself: it is followed only when named.
            Ok(found) if found.is_dir() && depth > 0 && path.is_symlink() => Ok(()),
            Ok(found) if found.is_dir() => self.directory(path, depth),
            // A pipe or a device under a walked directory would hang the walk; one named by itself is meant.
            Ok(found) if depth > 0 && !found.is_file() => Ok(()),
            Ok(_) => match File::open(path) {
                Ok(file) => self.message(&path.to_string_lossy(), file),
                Err(error) => self.complain(path, &error),
            },
            Err(error) => self.complain(path, &error),
        }
    }

    fn directory(&mut self, path: &Path, depth: usize) -> io::Result<()> {
        if depth >= DEPTH {
            return self.complain(path, &io::Error::other("too many directories inside one another"));
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.complain(path, &error),
        };
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => self.complain(path, &error)?,
            }
        }
        names.sort_unstable();
        for name in names {
            let inside = path.join(&name);
            let name = name.to_string_lossy();
            if name.starts_with('.') || (passed_over(&name) && !inside.is_dir()) {
                continue;
            }
            self.path(&inside, depth + 1)?;
        }
        Ok(())
    }

    fn message(&mut self, path: &str, input: impl Read) -> io::Result<()> {
        let limit = self.site.limits.message_bytes;
        let mut bytes = Vec::new();
        match input.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
            Ok(read) if u64::try_from(read).unwrap_or(u64::MAX) > limit => {
                let words = format!("larger than {} MiB; raise limits.message_mib to read it", limit >> 20);
                self.complain(Path::new(path), &io::Error::other(words))
            }
            Ok(_) => self.line(path, &bytes),
            Err(error) => self.complain(Path::new(path), &error),
        }
    }

    fn line(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let reading = reading::read(bytes, self.site);
        // Files tell no time of arrival, and nothing is sent: age and reachability are not asked here.
        let facts = Facts {
            now: Moment::default(),
            internal_date: None,
            max_age: Duration::MAX,
            restored_at: None,
            enabled: true,
            writable: reading.arrival.answer_to().address.contains('@'),
        };
        let line = Line {
            path,
            kind: reading.kind,
            deliveries: reading.deliveries.iter().map(DeliveryLine::from).collect(),
            feedback: reading.feedback.as_ref().map(FeedbackLine::from),
            report: reading.report.as_ref().map(ReportLine::from),
            acknowledge: acknowledge::decide(&reading, self.site, &facts),
            evidence: &reading.evidence,
        };
        serde_json::to_writer(&mut *self.out, &line)?;
        self.out.write_all(b"\n")
    }

    fn complain(&mut self, path: &Path, error: &io::Error) -> io::Result<()> {
        self.good = false;
        writeln!(self.err, "postdesk classify: {}: {error}", path.display())
    }
}

/// Files that lie beside mail and are none.
fn passed_over(name: &str) -> bool {
    name.starts_with("LICENSE") || [".md", ".tsv", ".json", ".jsonl"].iter().any(|end| name.ends_with(end))
}

impl<'r> From<&'r Delivery> for DeliveryLine<'r> {
    fn from(d: &'r Delivery) -> Self {
        Self {
            recipient: &d.recipient,
            original_recipient: d.original_recipient.as_deref(),
            action: d.action,
            status: d.status.as_deref(),
            reply_code: d.reply_code,
            reason: d.reason,
            group: d.group,
            permanent: d.permanent,
            acts: d.acts,
            diagnostic: d.diagnostic.as_deref(),
        }
    }
}

impl<'r> From<&'r Feedback> for FeedbackLine<'r> {
    fn from(f: &'r Feedback) -> Self {
        Self {
            feedback_type: &f.feedback_type,
            source_ip: f.source_ip.as_deref(),
            mail_from: f.mail_from.as_deref(),
            rcpt_to: &f.rcpt_to,
            arrival: f.arrival.map(Moment::rfc3339),
            domains: &f.domains,
            uris: &f.uris,
            conforming: f.conforming,
        }
    }
}

impl<'r> From<&'r Report> for ReportLine<'r> {
    fn from(r: &'r Report) -> Self {
        Self {
            report_type: &r.report_type,
            organisation: r.organisation.as_deref(),
            domain: r.domain.as_deref(),
            begin: r.begin.map(Moment::rfc3339),
            end: r.end.map(Moment::rfc3339),
            id: r.id.as_deref(),
            records: r.records,
            conforming: r.conforming,
        }
    }
}

#[cfg(test)]
mod tests;
