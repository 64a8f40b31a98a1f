//! Why an act was not done.

use crate::{domain::ticket, store::StoreError};

/// Result of an act.
pub type ActResult<T> = Result<T, ActError>;

/// Why an act was not done. Nothing of it happened, as long as the caller drops the work.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// What was asked for cannot be done; the words are shown to the person.
    #[error("{words}")]
    Refused {
        /// Field of the form; empty for the whole form.
        field: &'static str,
        /// What to do about it.
        words: String,
    },
    /// Another person, or an arriving message, was first.
    #[error("somebody else changed this first")]
    Conflict,
    /// There is no such ticket or message.
    #[error("there is no such thing")]
    Gone,
    /// The store.
    #[error(transparent)]
    Store(StoreError),
}

impl ActError {
    /// A refusal, at a field.
    pub(super) fn refused(field: &'static str, words: impl Into<String>) -> Self {
        Self::Refused { field, words: words.into() }
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Conflict) { Self::Conflict } else { Self::Store(error) }
    }
}

impl From<ticket::Refused> for ActError {
    fn from(refused: ticket::Refused) -> Self {
        let field = if refused == ticket::Refused::ReasonMissing { "reason" } else { "" };
        Self::refused(field, sentence(&refused.to_string()))
    }
}

/// The same words as a sentence.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).chain(['.']).collect())
}
