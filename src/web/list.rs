//! What lists share: filters as links, keyset pages.

/// A filter or tab. A negative count is not shown.
#[derive(Clone, Debug)]
pub struct FilterLink {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: String,
    /// How many it shows.
    pub count: i64,
    /// Whether it is the present one.
    pub current: bool,
}

/// Filters that exclude each other.
#[derive(Clone, Debug)]
pub struct FilterGroup {
    /// What they are about.
    pub label: String,
    /// The filters.
    pub links: Vec<FilterLink>,
}

/// Keyset pages; an empty address hides its link.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Where the list begins; keys lead on, never back.
    pub newer: String,
    /// Where the older ones are.
    pub older: String,
    /// What stands between.
    pub text: String,
}
