//! Why a reading says what it says.

/// Longest excerpt kept, in characters. Enough to recognise the place, too little to fill a page.
pub const EXCERPT_CHARS: usize = 200;

/// One rule that fired: which, on which part or line, and the words it fired on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// The rule's fixed name, such as `rfc3464.final-recipient`.
    pub rule: String,
    /// Where it fired: a header's name, a part's number, a line.
    #[serde(rename = "where")]
    pub place: String,
    /// The words, cut to [`EXCERPT_CHARS`].
    pub excerpt: String,
}

impl Evidence {
    /// Evidence with its excerpt cut to size and its control characters made visible blanks.
    #[must_use]
    pub fn new(rule: impl Into<String>, place: impl Into<String>, excerpt: &str) -> Self {
        let excerpt = excerpt.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT_CHARS).collect();
        Self { rule: rule.into(), place: place.into(), excerpt }
    }
}
