//! Overrides from the environment: `POSTDESK_WEB__LISTEN`, `POSTDESK_MAILBOX__POSTMASTER__PASSWORD`.

use std::collections::BTreeMap;

const PREFIX: &str = "POSTDESK_";

/// A variable and its value.
#[derive(Clone)]
pub(super) struct Override {
    pub(super) variable: String,
    pub(super) value: String,
}

/// The overrides that are left, by path. What nobody takes is an error.
#[derive(Default)]
pub(super) struct Environment(BTreeMap<Vec<String>, Override>);

impl Environment {
    /// Keeps the variables that name a section and a key. `POSTDESK_CONFIG` and the like have no `__`.
    pub(super) fn new(variables: impl Iterator<Item = (String, String)>) -> Self {
        let path = |name: &str| -> Option<Vec<String>> {
            let rest = name.strip_prefix(PREFIX)?;
            rest.contains("__").then(|| rest.split("__").map(str::to_ascii_lowercase).collect())
        };
        Self(variables.filter_map(|(variable, value)| Some((path(&variable)?, Override { variable, value }))).collect())
    }

    /// Takes the overrides of one section, by key.
    pub(super) fn take_section(&mut self, section: &str) -> BTreeMap<String, Override> {
        self.take(&[section.to_owned()])
    }

    /// Takes the overrides of one list entry, by key.
    pub(super) fn take_entry(&mut self, section: &str, name: &str) -> BTreeMap<String, Override> {
        self.take(&[section.to_owned(), form(name)])
    }

    fn take(&mut self, start: &[String]) -> BTreeMap<String, Override> {
        let wanted = |path: &[String]| path.len() == start.len() + 1 && path.starts_with(start);
        self.0
            .extract_if(.., |path, _| wanted(path))
            .filter_map(|(mut path, given)| Some((path.pop()?, given)))
            .collect()
    }

    /// What nobody took.
    pub(super) fn left(self) -> impl Iterator<Item = (Vec<String>, Override)> {
        self.0.into_iter()
    }
}

/// A list entry's name as a path segment: lower case, each run of other characters one `_`.
pub(super) fn form(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_ascii_lowercase()
}

/// The machine's environment, without what is not UTF-8 (`std::env::vars` would panic on it).
pub fn machine_environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_entries() {
        let variables = [
            ("POSTDESK_WEB__LISTEN", "1"),
            ("POSTDESK_MAILBOX__ABUSE_DESK__PASSWORD", "2"),
            ("POSTDESK_CONFIG", "3"),
            ("HOME", "4"),
        ];
        let mut environment = Environment::new(variables.map(|(k, v)| (k.to_owned(), v.to_owned())).into_iter());
        assert_eq!(environment.take_section("web")["listen"].value, "1");
        assert_eq!(environment.take_entry("mailbox", "Abuse - desk")["password"].value, "2");
        assert_eq!(environment.left().count(), 0);
    }
}
