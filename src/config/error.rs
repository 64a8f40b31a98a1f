//! What is wrong with a configuration, all of it at once.

use std::{cell::RefCell, fmt, path::PathBuf};

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key in full, as `web.listen` or `mailbox.abuse.port`; empty if it concerns the file as a whole.
    pub key: String,
    /// The value given, shortened; never that of a secret.
    pub value: Option<String>,
    /// The environment variable it came from, if it did.
    pub variable: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl ConfigError {
    /// An error about a key.
    pub(crate) fn new(key: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), value: None, variable: None, problem: problem.into(), remedy: remedy.into() }
    }

    /// The same error, showing the value. Not for secrets.
    pub(crate) fn value(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }

    /// The same error, naming the environment variable.
    pub(crate) fn variable(mut self, variable: Option<&str>) -> Self {
        self.variable = variable.map(ToOwned::to_owned);
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value:?}")?;
        }
        if let Some(variable) = &self.variable {
            write!(f, " (from {variable})")?;
        }
        let colon = if self.key.is_empty() { "" } else { ": " };
        write!(f, "{colon}{}. {}.", self.problem, self.remedy)
    }
}

/// Shortens a value for an error text, and hides what stands between a colon and an `@`: it may be the
/// password of a URL. No mail address has a colon there.
fn shown(value: &str) -> String {
    let hidden = match (value.find(':'), value.rfind('@')) {
        (Some(colon), Some(at)) if at > colon => format!("{}…{}", &value[..=colon], &value[at..]),
        _ => value.to_owned(),
    };
    if hidden.chars().count() > 80 { hidden.chars().take(80).chain(['…']).collect() } else { hidden }
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The file that was read.
    pub path: PathBuf,
    /// Never empty.
    pub errors: Vec<ConfigError>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.errors.len() == 1 { "error" } else { "errors" };
        write!(f, "The configuration {} has {} {noun}:", self.path.display(), self.errors.len())?;
        self.errors.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Where errors and notes are collected while the configuration is read.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) errors: RefCell<Vec<ConfigError>>,
    pub(super) notes: RefCell<Vec<String>>,
}

impl Report {
    /// Adds an error.
    pub(super) fn error(&self, error: ConfigError) {
        self.errors.borrow_mut().push(error);
    }

    /// Adds a line for the log at start.
    pub(super) fn note(&self, note: impl Into<String>) {
        self.notes.borrow_mut().push(note.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_user_and_password() {
        assert_eq!(shown("http://me:hunter@2@h.test/x"), "http:…@h.test/x");
        assert_eq!(shown("me:hunter2@h.test"), "me:…@h.test");
        assert_eq!(shown("postmaster@h"), "postmaster@h");
    }

    #[test]
    fn an_error_names_key_value_variable_and_remedy() {
        let error = ConfigError::new("web.listen", "not an address and a port", "Write it like 127.0.0.1:8025")
            .value("x")
            .variable(Some("POSTDESK_WEB__LISTEN"));
        assert_eq!(
            error.to_string(),
            "web.listen = \"x\" (from POSTDESK_WEB__LISTEN): not an address and a port. Write it like 127.0.0.1:8025."
        );
    }
}
