//! What forms show: mistakes at their fields, options of a choice.

/// What was wrong with a form: (field id, words). An empty id belongs to the whole form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(pub Vec<(String, String)>);

impl Errors {
    /// Notes a mistake at a field.
    pub fn add(&mut self, field: &str, words: impl Into<String>) {
        self.0.push((field.to_owned(), words.into()));
    }

    /// One mistake.
    #[must_use]
    pub fn one(field: &str, words: impl Into<String>) -> Self {
        Self(vec![(field.to_owned(), words.into())])
    }

    /// The words for one field, empty when it is right.
    #[must_use]
    pub fn of(&self, field: impl AsRef<str>) -> &str {
        self.0.iter().find(|(id, _)| id == field.as_ref()).map_or("", |(_, text)| text)
    }

    /// All of them, in the order of the form.
    #[must_use]
    pub fn list(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether the form is right.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An option of a select field.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}
