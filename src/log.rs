//! The log: one line an entry, on standard error, as text or as JSON; and a tally of it for `/metrics`.
//!
//! `POSTDESK_LOG` chooses what is written, `POSTDESK_LOG_FORMAT=json` how.

mod one_line;
mod tally;

use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::Directive, layer::SubscriberExt, util::SubscriberInitExt,
};

pub use tally::{Count, counts};

use one_line::OneLine;
use tally::Tally;

/// Begins to write; `running` is whether this is `serve`, whose usual course is worth a line.
pub fn begin(running: bool) {
    let wanted = std::env::var("POSTDESK_LOG").unwrap_or_else(|_| if running { "info" } else { "warn" }.to_owned());
    let json = std::env::var("POSTDESK_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    let plain = tracing_subscriber::fmt::layer().with_writer(OneLine::stderr).with_target(json).with_ansi(false);
    // Else a line that finds no room on the disk is answered by a panic.
    let plain = plain.log_internal_errors(false);
    let lines: Box<dyn Layer<Registry> + Send + Sync> =
        if json { Box::new(plain.json().flatten_event(true).with_span_list(false)) } else { Box::new(plain) };
    let begun = tracing_subscriber::registry().with(lines.with_filter(filter(&wanted))).with(Tally).try_init();
    if begun.is_ok() {
        std::panic::set_hook(Box::new(panicked));
    }
}

/// The libraries that speak to servers are held at `info`: their traces hold passwords and mail.
fn filter(wanted: &str) -> EnvFilter {
    // What strangers put into a cookie is no warning: they could write as many lines as they ask pages.
    const HELD: [&str; 9] = [
        "async_imap=info",
        "imap_proto=info",
        "lettre=info",
        "sqlx=warn",
        "hickory_proto=warn",
        "hickory_resolver=warn",
        "hyper=error",
        "tower_sessions=error",
        "tower_sessions_core=error",
    ];
    let filter = EnvFilter::builder().parse_lossy(wanted).add_directive(LevelFilter::INFO.into());
    // Every word parses; should one not, the level is simply `info`.
    let held = |words: &str| words.parse::<Directive>().unwrap_or_else(|_| LevelFilter::INFO.into());
    HELD.iter().fold(filter, |filter, words| filter.add_directive(held(words)))
}

/// A line for a panic: where, not what. What a library says of a text that broke it quotes the text, and that may be mail.
fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a part of the program broke off; what asked for it gets an error");
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_cookie_that_is_none_writes_no_line() {
        let written = Written::default();
        let lines = written.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || lines.clone()).with_filter(filter("info"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::warn!(target: "tower_sessions::service", "possibly suspicious activity: malformed session id");
            tracing::warn!(target: "tower_sessions_core::session", "possibly suspicious activity: record not found");
            tracing::warn!("one of ours");
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("one of ours") && !text.contains("suspicious"), "{text}");
    }
}
