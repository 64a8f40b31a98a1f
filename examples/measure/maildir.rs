//! A mailbox's files, written and looked at behind Dovecot's back: the fastest way to have mail wait.

use std::{
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    mail::{Date, Mix},
    world::World,
};

/// `mail` on every Debian, whose files they are.
const MAIL_ACCOUNT: u32 = 8;

/// A mailbox's directory.
pub(crate) struct Maildir(PathBuf);

/// Mail that was written and is not in the mailbox yet.
pub(crate) struct Prepared {
    maildir: PathBuf,
    names: Vec<String>,
}

impl Maildir {
    /// `LOCAL@DOMAIN`'s.
    pub(crate) fn of(world: &World, local: &str, domain: &str) -> Result<Self> {
        Ok(Self(world.maildirs()?.join(domain).join(local).join("Maildir")))
    }

    /// Removes the mailbox, whatever is in it.
    pub(crate) fn clear(&self) -> Result<()> {
        let home = self.0.parent().context("a mailbox has a home")?;
        match fs::remove_dir_all(home) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Writes `count` messages, numbered from `first`, beside the mailbox.
    pub(crate) fn prepare(&self, mix: Mix, first: usize, count: usize) -> Result<Prepared> {
        for part in ["new", "cur", "tmp"] {
            fs::create_dir_all(self.0.join(part))?;
        }
        self.own()?;
        let date = Date::today();
        let mut prepared = Prepared { maildir: self.0.clone(), names: Vec::with_capacity(count) };
        for number in first..first + count {
            prepared.write(number, &mix.mail(number, &date))?;
        }
        Ok(prepared)
    }

    /// Whether there is mail that nobody has looked at.
    pub(crate) fn has_new(&self) -> bool {
        fs::read_dir(self.0.join("new")).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Gives the directories, from the domain's down, to the account that Dovecot handles mail as.
    fn own(&self) -> Result<()> {
        let above = self.0.ancestors().take(3).map(Path::to_owned);
        let below = ["new", "cur", "tmp"].map(|part| self.0.join(part));
        for directory in above.chain(below) {
            chown(&directory, Some(MAIL_ACCOUNT), Some(MAIL_ACCOUNT))?;
        }
        Ok(())
    }
}

impl Prepared {
    /// Adds one more. Its name sorts after the others', and Dovecot numbers mail in the order of names; it tells the
    /// sizes, as Dovecot's own names do.
    pub(crate) fn write(&mut self, number: usize, bytes: &[u8]) -> Result<()> {
        let size = bytes.len();
        let seconds = 1_700_000_000 + number / 1_000_000;
        let name = format!("{seconds}.M{:06}P1.measure,S={size},W={size}", number % 1_000_000);
        let path = self.maildir.join("tmp").join(&name);
        fs::write(&path, bytes)?;
        chown(&path, Some(MAIL_ACCOUNT), Some(MAIL_ACCOUNT))?;
        self.names.push(name);
        Ok(())
    }

    /// Puts all of them into the mailbox.
    pub(crate) fn deliver(self) -> Result<()> {
        for name in &self.names {
            fs::rename(self.maildir.join("tmp").join(name), self.maildir.join("new").join(name))?;
        }
        Ok(())
    }
}
