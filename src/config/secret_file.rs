//! Secrets: given in the configuration, or in a file of their own.

use std::{fs::File, io::Read, os::unix::fs::PermissionsExt, path::Path};

use toml::Value;
use zeroize::Zeroizing;

use super::{error::ConfigError, section::Section};
use crate::domain::secret::Secret;

/// No password or token is longer; a wrong path may lead to anything.
const LONGEST: u64 = 64 << 10;

impl Section<'_> {
    /// The secret `key`, or the contents of the file named by `key_file`. Both at once are refused; one set
    /// in the environment replaces the other written in the file.
    pub(super) fn secret(&mut self, key: &str) -> Option<Secret> {
        let key_file = format!("{key}_file");
        match (self.is_overridden(key), self.is_overridden(&key_file)) {
            (true, false) => self.forget(&key_file),
            (false, true) => self.forget(key),
            _ => {}
        }
        match (self.take(key), self.take(&key_file)) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                self.lacks(key, format!("given together with {key_file}"), "Keep one of the two");
                None
            }
            (Some(given), None) => match given.value {
                Value::String(text) if !text.is_empty() => Some(Secret::new(text)),
                _ => {
                    let error = ConfigError::new(self.full(key), "empty, or not a text", "Put it in quotation marks");
                    self.report.error(error.variable(given.variable.as_deref()));
                    None
                }
            },
            (None, Some(given)) => {
                let Some(name) = given.value.as_str().filter(|name| !name.is_empty()) else {
                    self.wrong(&key_file, &given, "not the name of a file", "Put the path in quotation marks");
                    return None;
                };
                let path = self.place.file(name);
                match read(&path) {
                    Ok((secret, open_to_all)) => {
                        if open_to_all {
                            self.report.note(format!(
                                "{}: {} can be read by every user of this machine; take that away with chmod o-r",
                                self.full(&key_file),
                                path.display()
                            ));
                        }
                        Some(secret)
                    }
                    Err(problem) => {
                        let remedy = format!("Put the secret there ({}), readable to Postdesk's user", path.display());
                        self.wrong(&key_file, &given, problem, remedy);
                        None
                    }
                }
            }
        }
    }
}

/// Reads a secret's file, without the line break at its end; and whether every user can read it, too.
fn read(path: &Path) -> Result<(Secret, bool), String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let open_to_all = file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0);
    let mut text = Zeroizing::new(String::new());
    // One byte more than allowed tells a file that is too long.
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| format!("cannot be read: {error}"))?;
    let secret = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if secret.is_empty() {
        return Err("an empty file".to_owned());
    }
    if text.len() as u64 > LONGEST {
        return Err("a file of more than 64 KiB".to_owned());
    }
    Ok((Secret::new(secret.to_owned()), open_to_all))
}
