//! The command line.

use anyhow::{Context as _, Result, bail};

const USAGE: &str = "usage: measure [ingest|idle|backlog|pages|acknowledge|all] [--messages N] [--only sqlite|postgres]
  ingest       messages a second from 2,000 waiting
  idle         memory at rest, and time to readiness
  backlog      memory while 100,000 waiting messages are ingested
  pages        as backlog, then the pages with 16 clients
  acknowledge  from delivery to the acknowledgement's acceptance
  --messages N as many waiting messages instead of the promised number
  --only NAME  one of the two databases";

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Memory at rest, time to readiness.
    Idle,
    /// Messages a second.
    Ingest,
    /// From delivery to acceptance.
    Acknowledge,
    /// Memory under a backlog.
    Backlog,
    /// The same, then pages.
    Pages,
}

/// Which database a console uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Embedded.
    Sqlite,
    /// Server.
    Postgres,
}

/// What was asked for.
pub(crate) struct Options {
    pub(crate) parts: Vec<Part>,
    pub(crate) messages: Option<usize>,
    only: Option<Engine>,
}

impl Options {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { parts: Vec::new(), messages: None, only: None };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "idle" => options.parts.push(Part::Idle),
                "ingest" => options.parts.push(Part::Ingest),
                "acknowledge" => options.parts.push(Part::Acknowledge),
                "backlog" => options.parts.push(Part::Backlog),
                "pages" => options.parts.push(Part::Pages),
                "all" => options.parts.clear(),
                "--messages" => {
                    let number = arguments.next().and_then(|n| n.replace(',', "").parse().ok());
                    options.messages = Some(number.with_context(|| format!("--messages needs a number\n{USAGE}"))?);
                }
                "--only" => {
                    options.only = Some(match arguments.next().as_deref() {
                        Some("sqlite") => Engine::Sqlite,
                        Some("postgres") => Engine::Postgres,
                        _ => bail!("--only needs `sqlite` or `postgres`\n{USAGE}"),
                    });
                }
                _ => bail!("unknown argument `{argument}`\n{USAGE}"),
            }
        }
        if options.parts.is_empty() {
            options.parts = vec![Part::Idle, Part::Ingest, Part::Acknowledge, Part::Pages];
        }
        Ok(options)
    }

    /// The databases to measure with.
    pub(crate) fn engines(&self) -> Vec<Engine> {
        self.only.map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |one| vec![one])
    }

    /// Whether the world needs `PostgreSQL`.
    pub(crate) fn postgres(&self) -> bool {
        self.engines().contains(&Engine::Postgres)
    }
}
