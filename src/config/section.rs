//! Reading one table of the configuration, key by key, collecting what is wrong.

use std::{collections::BTreeMap, ops::RangeInclusive};

use toml::{Table, Value};

use super::{
    environment::Override,
    error::{ConfigError, Report},
    nearest::nearest,
    place::Place,
};

/// One table, with the environment laid over it. A key not asked for is an unknown key.
pub(super) struct Section<'a> {
    /// Its name in error texts, as `web` or `mailbox.abuse`.
    pub(super) name: String,
    table: Table,
    environment: BTreeMap<String, Override>,
    asked: Vec<String>,
    pub(super) report: &'a Report,
    pub(super) place: &'a Place,
}

/// A value and the environment variable it came from, if it did.
pub(super) struct Given {
    pub(super) value: Value,
    pub(super) variable: Option<String>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        name: String,
        table: Table,
        environment: BTreeMap<String, Override>,
        report: &'a Report,
        place: &'a Place,
    ) -> Self {
        Self { name, table, environment, asked: Vec::new(), report, place }
    }

    /// The full name of a key.
    pub(super) fn full(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    /// Takes a value, the environment's before the file's.
    pub(super) fn take(&mut self, key: &str) -> Option<Given> {
        self.asked.push(key.to_owned());
        let written = self.table.remove(key);
        if let Some(Override { variable, value }) = self.environment.remove(key) {
            return Some(Given { value: Value::String(value), variable: Some(variable) });
        }
        written.map(|value| Given { value, variable: None })
    }

    /// Whether a key is given by the environment.
    pub(super) fn is_overridden(&self, key: &str) -> bool {
        self.environment.contains_key(key)
    }

    /// Whether a key is given at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.is_overridden(key) || self.table.contains_key(key)
    }

    /// Whether the environment or the file gives anything.
    pub(super) fn is_given(&self) -> bool {
        !self.environment.is_empty() || !self.table.is_empty()
    }

    /// Leaves a key aside: it is known, but its value is not wanted here.
    pub(super) fn forget(&mut self, key: &str) {
        self.asked.push(key.to_owned());
        self.table.remove(key);
        self.environment.remove(key);
    }

    /// Reports what is wrong with a key whose value is no secret.
    pub(super) fn wrong(&self, key: &str, given: &Given, problem: impl Into<String>, remedy: impl Into<String>) {
        let value = given.value.as_str().map_or_else(|| given.value.to_string(), ToOwned::to_owned);
        let error = ConfigError::new(self.full(key), problem, remedy).value(&value);
        self.report.error(error.variable(given.variable.as_deref()));
    }

    /// Reports what is wrong with a key without showing any value.
    pub(super) fn lacks(&self, key: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        self.report.error(ConfigError::new(self.full(key), problem, remedy));
    }

    /// A text, read by `read`; the error says what was expected.
    pub(super) fn read<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, (String, String)>) -> Option<T> {
        let given = self.take(key)?;
        let Some(text) = given.value.as_str() else {
            self.wrong(key, &given, "not a text", "Put it in quotation marks");
            return None;
        };
        match read(text) {
            Ok(value) => Some(value),
            Err((problem, remedy)) => {
                self.wrong(key, &given, problem, remedy);
                None
            }
        }
    }

    /// A text that must not be empty.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        self.read(key, |text| {
            let text = text.trim();
            if text.is_empty() || text.chars().any(char::is_control) {
                return Err(("empty, or with control characters".into(), "Write one line of text".into()));
            }
            Ok(text.to_owned())
        })
    }

    /// As `read`, for a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &str,
        remedy: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.asked.push(key.to_owned());
            self.lacks(key, "missing", remedy);
            return None;
        }
        read(self, key)
    }

    /// One of a closed set of words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.read(key, |text| {
            words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
                let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                ("not a known word".into(), format!("Choose one of {}", list.join(", ")))
            })
        })
    }

    /// A whole number within bounds.
    pub(super) fn whole<T: TryFrom<i64>>(&mut self, key: &str, bounds: &RangeInclusive<i64>) -> Option<T> {
        let given = self.take(key)?;
        let number = match (&given.value, &given.variable) {
            (Value::Integer(number), _) => Some(*number),
            (Value::String(text), Some(_)) => text.trim().parse().ok(),
            _ => None,
        };
        let value = number.filter(|number| bounds.contains(number)).and_then(|number| T::try_from(number).ok());
        if value.is_none() {
            let remedy = format!("Write a number from {} to {}, without quotation marks", bounds.start(), bounds.end());
            self.wrong(key, &given, "not a whole number within bounds", remedy);
        }
        value
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let given = self.take(key)?;
        let value = match (&given.value, &given.variable) {
            (Value::Boolean(value), _) => Some(*value),
            (Value::String(text), Some(_)) => text.trim().parse().ok(),
            _ => None,
        };
        if value.is_none() {
            self.wrong(key, &given, "neither true nor false", "Write true or false, without quotation marks");
        }
        value
    }

    /// A list of texts, each read by `read`; from the environment, separated by commas.
    pub(super) fn list<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, (String, String)>) -> Vec<T> {
        let Some(given) = self.take(key) else { return Vec::new() };
        let items: Option<Vec<String>> = match (&given.value, &given.variable) {
            (Value::Array(items), _) => items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect(),
            (Value::String(text), Some(_)) => {
                Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect())
            }
            _ => None,
        };
        let Some(items) = items else {
            self.wrong(key, &given, "not a list of texts", "Write it like [\"one\", \"two\"]");
            return Vec::new();
        };
        let mut values = Vec::new();
        for item in items {
            match read(&item) {
                Ok(value) => values.push(value),
                Err((problem, remedy)) => {
                    let one = Given { value: Value::String(item), variable: given.variable.clone() };
                    self.wrong(key, &one, problem, remedy);
                }
            }
        }
        values
    }

    /// Refuses what nobody asked for. Values are not shown: a mistyped `password` is a password.
    pub(super) fn finish(self) {
        let unknown = self.table.keys().map(|key| (key, None));
        let unknown = unknown.chain(self.environment.iter().map(|(key, given)| (key, Some(given.variable.as_str()))));
        for (key, variable) in unknown {
            let remedy = nearest(key, self.asked.iter().map(String::as_str)).map_or_else(
                || format!("Remove it; the keys of [{}] are in docs/configuration.md", section_of(&self.name)),
                |near| format!("Did you mean {near}? If not, remove it"),
            );
            let error = ConfigError::new(self.full(key), "unknown key", remedy);
            self.report.error(error.variable(variable));
        }
    }
}

fn section_of(name: &str) -> &str {
    name.split_once('.').map_or(name, |(section, _)| section)
}
