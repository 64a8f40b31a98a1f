//! The directory everything lives in.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::options::Place;

/// Says that a directory is ours, so that nothing else is ever taken over or removed.
const MARK: &str = ".postdesk-world";

/// The scratch directory.
pub(crate) struct Scratch {
    path: PathBuf,
    keep: bool,
}

impl Scratch {
    pub(crate) fn open(place: &Place) -> Result<Self> {
        let path = match &place.dir {
            Some(dir) => std::path::absolute(dir)?,
            None => std::env::temp_dir().join(format!("postdesk-world-{}", std::process::id())),
        };
        let shown = path.display().to_string();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        ensure!(
            shown.chars().all(plain),
            "`{shown}` cannot be used: the servers' own configuration files allow only letters, digits and / . _ - in a path"
        );
        if path.join(MARK).exists() {
            if !place.keep {
                fs::remove_dir_all(&path).with_context(|| format!("cannot empty {shown}"))?;
            }
        } else if path.exists() && fs::read_dir(&path)?.next().is_some() {
            bail!("{shown} holds something that is not ours; name an empty or a new directory");
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(&path)
            .with_context(|| format!("cannot make {shown}"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        reachable(&path)?;
        fs::write(path.join(MARK), "made by the world program of Postdesk\n")?;
        let _ = fs::remove_file(path.join("ready.env"));
        Ok(Self { path, keep: place.keep })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn close(self) -> Result<()> {
        // A stale file would tell a later reader of addresses that nobody serves any more.
        let _ = fs::remove_file(self.path.join("ready.env"));
        if self.keep {
            return Ok(());
        }
        fs::remove_dir_all(&self.path).with_context(|| format!("cannot remove {}", self.path.display()))
    }
}

/// The servers run under accounts of their own and must be able to walk down to their files.
fn reachable(path: &Path) -> Result<()> {
    for above in path.ancestors() {
        let mode = fs::metadata(above)?.permissions().mode();
        ensure!(
            mode & 0o001 != 0,
            "{} is closed to other accounts, and the mail servers' own accounts must pass it; choose --dir under /tmp or /var/tmp",
            above.display()
        );
    }
    Ok(())
}
