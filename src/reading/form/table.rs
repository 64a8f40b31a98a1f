//! The tables of forms, read from their text.

use std::sync::LazyLock;

use super::condition::Condition;
use crate::reading::finding::Case;

/// A form: its name, what it is about, and how it is known.
#[derive(Debug, Default)]
pub(in crate::reading) struct Form {
    pub(in crate::reading) name: String,
    /// In words, for people.
    pub(in crate::reading) says: String,
    /// What it reports, in the words of Feedback-Type and XARF.
    pub(in crate::reading) feedback_type: String,
    pub(in crate::reading) feedback_loop: bool,
    pub(in crate::reading) sealed: bool,
    /// A filter that runs elsewhere for us, known by its own domain.
    pub(super) hosted: bool,
    /// Any of these rows, each with all its conditions.
    pub(super) rows: Vec<Vec<Condition>>,
    /// None of these rows, or it is not this form after all.
    pub(super) unless: Vec<Vec<Condition>>,
}

/// Forms in their order.
#[derive(Debug)]
pub(in crate::reading) struct Table {
    pub(super) forms: Vec<Form>,
}

/// A form that was recognised, by which words.
pub(in crate::reading) struct Found<'t> {
    pub(in crate::reading) form: &'t Form,
    pub(in crate::reading) place: &'static str,
    pub(in crate::reading) excerpt: &'t str,
}

/// What reporters send.
pub(in crate::reading) static REPORTERS: LazyLock<Table> = LazyLock::new(|| read(include_str!("reporters.txt")));
/// What content filters send.
pub(in crate::reading) static FILTERS: LazyLock<Table> = LazyLock::new(|| read(include_str!("filters.txt")));

impl Table {
    /// The first form that the message has.
    pub(in crate::reading) fn first(&self, case: &Case<'_>) -> Option<Found<'_>> {
        self.forms.iter().find_map(|form| form.of(case))
    }

    /// The first form among those that seal.
    pub(in crate::reading) fn first_sealed(&self, case: &Case<'_>) -> Option<Found<'_>> {
        self.forms.iter().filter(|form| form.sealed).find_map(|form| form.of(case))
    }

    /// A form's words for people.
    pub(in crate::reading) fn says(&self, name: &str) -> Option<&str> {
        self.forms.iter().find(|form| form.name == name).map(|form| form.says.as_str())
    }
}

impl Form {
    /// Whether its notices come from the filter's own domain.
    pub(in crate::reading) const fn is_hosted(&self) -> bool {
        self.hosted
    }

    pub(super) fn of(&self, case: &Case<'_>) -> Option<Found<'_>> {
        self.rows.iter().find_map(|row| {
            let found: Option<Vec<_>> = row.iter().map(|condition| condition.holds(case)).collect();
            let (place, excerpt) = *found?.first()?;
            let holds = |row: &Vec<Condition>| row.iter().all(|condition| condition.holds(case).is_some());
            (!self.unless.iter().any(holds)).then_some(Found { form: self, place, excerpt })
        })
    }
}

/// Reads a table. A line that is not understood makes no condition: the guard test finds it.
fn read(text: &str) -> Table {
    let mut forms: Vec<Form> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "form" {
            forms.push(Form { name: rest.to_owned(), feedback_type: "abuse".to_owned(), ..Form::default() });
            continue;
        }
        let Some(form) = forms.last_mut() else { continue };
        match word {
            "says" => rest.clone_into(&mut form.says),
            "type" => rest.clone_into(&mut form.feedback_type),
            "loop" => form.feedback_loop = true,
            "sealed" => form.sealed = true,
            "hosted" => form.hosted = true,
            "when" => form.rows.extend(row(rest)),
            "unless" => form.unless.extend(row(rest)),
            _ => {}
        }
    }
    Table { forms }
}

/// A row of conditions, if all of it is understood.
pub(super) fn row(written: &str) -> Option<Vec<Condition>> {
    written.split(" & ").map(|one| Condition::read(one.trim())).collect()
}
