//! Where a page of the list ends, as an opaque word in addresses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::store::ticket::Key;

/// The word.
pub(super) fn write(key: Key) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}.{}", key.rank, key.opened_at, key.number))
}

/// The key, if the word is one of ours; anything else is the first page.
pub(super) fn read(word: &str) -> Option<Key> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
    let mut parts = text.split('.').map(str::parse::<i64>);
    let mut next = || parts.next()?.ok();
    let key = Key { rank: next()?, opened_at: next()?, number: next()? };
    parts.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let key = Key { rank: 2, opened_at: 1_795_521_600_000, number: 7 };
        assert_eq!(read(&write(key)), Some(key));
        for wrong in ["", "x", "MS4y", "MS4yLjMuNA", "%%%"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
