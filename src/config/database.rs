//! `[database]`: where everything is kept.

use std::{path::PathBuf, time::Duration};

use super::{place::Place, section::Section};
use crate::domain::secret::Secret;

/// The database's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file; made if it is not there.
    Sqlite(PathBuf),
    /// A `postgres://` URL. Secret as a whole, for it may hold a password.
    Postgres(Secret),
}

/// `[database]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// How long a lease lives that its owner no longer renews.
    pub lease: Duration,
}

impl Database {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let given = section.has("url") || section.has("url_file");
        let text = section.secret("url");
        let url = match &text {
            None if given => None,
            None => Some(DatabaseUrl::Sqlite(section.place.beside.join("postdesk.sqlite"))),
            Some(text) => {
                let url = parse(text, section.place);
                if url.is_none() {
                    // The value stays out of the text: it may hold a password.
                    section.lacks(
                        "url",
                        "not a database URL",
                        "Write it like sqlite://postdesk.sqlite or postgres://user@host/database",
                    );
                }
                url
            }
        };
        let lease = section.whole("lease_seconds", &(1..=600)).unwrap_or(30);
        section.finish();
        Some(Self { url: url?, lease: Duration::from_secs(lease) })
    }
}

fn parse(text: &Secret, place: &Place) -> Option<DatabaseUrl> {
    let text = text.expose();
    if let Some(path) = text.strip_prefix("sqlite://") {
        let fit = !path.is_empty() && !path.contains(['?', '#', '\0']) && !path.ends_with('/') && path != ":memory:";
        return fit.then(|| DatabaseUrl::Sqlite(place.beside.join(path)));
    }
    let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
    (!rest.is_empty() && !rest.contains(char::is_whitespace))
        .then(|| DatabaseUrl::Postgres(Secret::new(text.to_owned())))
}
