//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail};

const USAGE: &str = "usage: world [--dir DIR] [--keep] [--postgres [--durable]] [--no-oauth] [--stay]
  --dir DIR   where everything lives; a new directory under the temporary one otherwise
  --keep      leave the directory at the end, and take it up again at the next start
  --postgres  PostgreSQL too
  --durable   with fsync, as in use: what a test of time needs
  --no-oauth  without the token endpoint and XOAUTH2
  --stay      go on when the process that started this one is gone";

/// Where everything lives, and whether it stays there afterwards.
#[derive(Default)]
pub(crate) struct Place {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) keep: bool,
}

/// What was asked for.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Options {
    pub(crate) place: Place,
    pub(crate) postgres: bool,
    pub(crate) durable: bool,
    pub(crate) oauth: bool,
    pub(crate) stay: bool,
}

impl Options {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { place: Place::default(), postgres: false, durable: false, oauth: true, stay: false };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--dir" => match arguments.next() {
                    Some(dir) => options.place.dir = Some(PathBuf::from(dir)),
                    None => bail!("--dir needs a directory\n{USAGE}"),
                },
                "--keep" => options.place.keep = true,
                "--postgres" => options.postgres = true,
                "--durable" => options.durable = true,
                "--no-oauth" => options.oauth = false,
                "--stay" => options.stay = true,
                _ => bail!("unknown argument `{argument}`\n{USAGE}"),
            }
        }
        Ok(options)
    }
}
