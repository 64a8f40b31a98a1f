//! Reasons that people give, as they are kept.

use super::{WebError, WebResult};

/// Longest reason, in characters.
const CHARS: usize = 2_000;

/// A reason that may be empty.
pub(super) fn given(text: &str) -> WebResult<String> {
    let text = text.trim();
    if text.chars().count() > CHARS {
        return Err(WebError::Invalid(format!(
            "Go back and shorten the reason to {CHARS} characters. Nothing was changed."
        )));
    }
    Ok(text.to_owned())
}

/// A reason that must be there.
pub(super) fn needed(text: &str) -> WebResult<String> {
    let text = given(text)?;
    if text.is_empty() {
        return Err(WebError::Invalid("Go back and say why in a few words. Nothing was changed.".into()));
    }
    Ok(text)
}
