//! What all lists of the API have in common: `{items, next}`, and `after` to go on.

use std::{fmt::Display, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{WebError, WebResult};

/// Items of a list unless `limit` says otherwise, and the most it may say.
const USUAL: i64 = 50;
const MOST: i64 = 200;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Listing<T> {
    /// The items.
    items: Vec<T>,
    /// What to send as `after` for the items behind these; null at the end.
    next: Option<String>,
}

impl<T> Listing<T> {
    /// From one item more than the limit: whether there is a next part needs no second question.
    pub(super) fn of<R>(mut rows: Vec<R>, limit: i64, key: impl Fn(&R) -> Vec<i64>, item: impl FnMut(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| opaque(&key(row)));
        Self { items: rows.into_iter().map(item).collect(), next }
    }
}

/// The limit asked for, within bounds.
pub(super) fn limit(asked: Option<i64>) -> i64 {
    asked.unwrap_or(USUAL).clamp(1, MOST)
}

/// A key of a list as a text that says nothing.
fn opaque(key: &[i64]) -> String {
    URL_SAFE_NO_PAD.encode(key.iter().map(i64::to_string).collect::<Vec<_>>().join("."))
}

/// The key of `N` numbers behind an `after`.
pub(super) fn key<const N: usize>(after: Option<&str>) -> WebResult<Option<[i64; N]>> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(None) };
    let read = || {
        let bytes = URL_SAFE_NO_PAD.decode(after).ok()?;
        let numbers: Option<Vec<i64>> = std::str::from_utf8(&bytes).ok()?.split('.').map(|n| n.parse().ok()).collect();
        numbers?.try_into().ok()
    };
    read().map(Some).ok_or_else(|| WebError::Invalid("after: send the `next` of this list as it was given.".into()))
}

/// A word of a closed set, as a parameter.
pub(super) fn word<T: FromStr<Err: Display>>(name: &str, value: Option<&str>) -> WebResult<Option<T>> {
    let wrong = |error: T::Err| WebError::Invalid(format!("{name}: {error}."));
    value.filter(|value| !value.is_empty()).map(str::parse).transpose().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_there_and_back() {
        assert_eq!(key::<3>(Some(&opaque(&[1, -2, i64::MAX]))).unwrap(), Some([1, -2, i64::MAX]));
        assert_eq!(key::<1>(None).unwrap(), None);
        assert!(key::<2>(Some(&opaque(&[1]))).is_err());
        assert!(key::<1>(Some("%%%")).is_err());
    }

    #[test]
    fn the_next_part_is_known_from_one_item_more() {
        let part = Listing::of(vec![5, 4, 3], 2, |n| vec![*n], |n| n);
        assert_eq!((part.items, part.next), (vec![5, 4], Some(opaque(&[4]))));
        assert_eq!(Listing::of(vec![5, 4], 2, |n| vec![*n], |n| n).next, None);
    }
}
