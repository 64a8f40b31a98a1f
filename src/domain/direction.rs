//! Marks that turn the direction of writing: with them a stranger makes a line read as something else.

/// Whether a character is a mark or override of writing direction.
#[must_use]
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
