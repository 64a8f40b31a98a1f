//! Messages enclosed in the message: returned originals, complained-of mail.

use super::{Fields, Letter, Shape};

/// Enclosed messages looked at.
const ENCLOSED: usize = 20;

/// A message, or its header, inside another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enclosed<'l> {
    pub(crate) header: Fields<'l>,
}

impl Letter<'_> {
    /// Messages directly inside this one (not those inside them).
    pub(crate) fn enclosed(&self) -> impl Iterator<Item = Enclosed<'_>> {
        self.parts()
            .filter(|(_, part)| part.shape == Shape::Enclosure && !part.enclosed)
            .filter_map(|(_, part)| {
                let root = *part.children.first()?;
                Some(Enclosed { header: self.fields(root) })
            })
            .take(ENCLOSED)
    }
}
