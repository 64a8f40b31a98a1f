//! Search over words that were folded and cut in Rust; both databases get plain words and only index them.

mod postgres;
mod sqlite;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{StoreResult, View, Work, later::WORDS_BYTES, work::Link};

/// Bytes of a text that are looked at.
const TEXT_BYTES: usize = 256 << 10;
/// Words kept of one text.
const WORDS: usize = 16_000;
/// Characters kept of one word.
const WORD_CHARS: usize = 40;

/// Folds a text to plain words: no case, no accents, letters and digits only, separated by one blank.
///
/// `ß` becomes `ss` and so on by Unicode's own compatibility forms; each word is ASCII or a letter of its script.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut folded = String::with_capacity(end.min(16 << 10));
    let (mut words, mut chars) = (0, 0);
    for c in text[..end].nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if chars == 0 {
                // Compatibility forms grow many times over; an engine that refuses the words would refuse the message.
                if words == WORDS || folded.len() >= TEXT_BYTES {
                    break;
                }
                if words > 0 {
                    folded.push(' ');
                }
                words += 1;
            }
            if chars < WORD_CHARS {
                if c == 'ß' { folded.push_str("ss") } else { folded.push(c) }
            }
            chars += 1;
        } else {
            chars = 0;
        }
    }
    folded
}

/// Indexes a message's words under a ticket, at the end of the work.
///
/// # Errors
/// When the database does not answer.
pub async fn index(work: &mut Work, message: i64, ticket: i64, words: &str) -> StoreResult<()> {
    let later = work.later();
    later.words_bytes += words.len();
    later.words.insert(message, (ticket, words.to_owned()));
    if later.words_bytes > WORDS_BYTES { write_later(work).await } else { Ok(()) }
}

/// Writes the words that wait.
pub(super) async fn write_later(work: &mut Work) -> StoreResult<()> {
    let later = work.later();
    later.words_bytes = 0;
    let words = std::mem::take(&mut later.words);
    if words.is_empty() {
        return Ok(());
    }
    match work.link() {
        Link::Sqlite(link) => sqlite::index(link, &words).await,
        Link::Postgres(link) => postgres::index(link, &words).await,
    }
}

/// Tickets in which all words (or beginnings of words) stand in one message, newest message first.
///
/// # Errors
/// When the database does not answer.
pub async fn find(view: &mut View, words: &str, limit: i64) -> StoreResult<Vec<i64>> {
    let folded = fold(words);
    let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).take(20).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    match view.link() {
        Link::Sqlite(link) => sqlite::find(link, &words, limit).await,
        Link::Postgres(link) => postgres::find(link, &words, limit).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_leaves_plain_words() {
        assert_eq!(fold("Ünïted STRASSE straße, a.b@c"), "united strasse strasse a b c");
        assert_eq!(fold("\0\u{202e}"), "");
        assert_eq!(fold(&"x ".repeat(40_000)).split(' ').count(), WORDS);
        assert_eq!(fold(&"y".repeat(500)).len(), WORD_CHARS);
    }
}
