//! Where files named in the configuration are looked up.

use std::path::{Path, PathBuf};

/// The directories beside which relative names are looked up.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Where the configuration lies.
    pub(super) beside: PathBuf,
    /// `$CREDENTIALS_DIRECTORY`, as systemd sets it.
    pub(super) credentials: Option<PathBuf>,
}

impl Place {
    /// The place of a configuration file.
    pub(super) fn of(config: &Path, credentials: Option<&Path>) -> Self {
        let beside = config.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { beside: beside.to_owned(), credentials: credentials.map(ToOwned::to_owned) }
    }

    /// The path of a `*_file`: the credentials first, then beside the configuration.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        let credential = self.credentials.as_ref().map(|directory| directory.join(name));
        credential.filter(|path| path.exists()).unwrap_or_else(|| self.beside.join(name))
    }
}
