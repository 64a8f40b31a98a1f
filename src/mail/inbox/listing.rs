//! What is in the folder above a UID, in bounded portions.

use async_imap::imap_proto::{AttributeValue, Response};

use super::{Inbox, InboxError};
use crate::domain::time::Moment;

/// A message by its outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// UID.
    pub uid: u32,
    /// Bytes, as the server says.
    pub size: u32,
    /// When it arrived there.
    pub internal_date: Option<Moment>,
}

/// A portion of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The messages with the lowest UIDs above the given one, ascending.
    pub messages: Vec<Listed>,
    /// Whether there may be more above the last of them.
    pub more: bool,
}

/// How many of `listed`, from its beginning, go into one batch: at most `count`, at most `bytes` together,
/// and at least one, however large.
#[must_use]
pub fn batch(listed: &[Listed], count: usize, bytes: u64) -> usize {
    let mut sum = 0_u64;
    for (taken, message) in listed.iter().enumerate() {
        sum = sum.saturating_add(u64::from(message.size));
        if taken > 0 && (taken >= count || sum > bytes) {
            return taken;
        }
    }
    listed.len()
}

impl Inbox {
    /// Lists the messages above a UID, at most `limit` of them, the lowest first.
    ///
    /// The server is asked in windows of UIDs, so that neither side ever holds more than about two
    /// portions, whatever the folder holds. News told from now on makes the next `wait` return at once.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn list_above(&mut self, uid: u32, limit: usize) -> Result<Listing, InboxError> {
        self.list(uid, limit, "(UID RFC822.SIZE INTERNALDATE)").await
    }

    /// Lists only the UIDs above a UID, for the count check.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn uids_above(&mut self, uid: u32, limit: usize) -> Result<(Vec<u32>, bool), InboxError> {
        let news = self.news;
        let listing = self.list(uid, limit, "(UID)").await?;
        // Counting is no reading: what was news stays news.
        self.news |= news;
        Ok((listing.messages.iter().map(|listed| listed.uid).collect(), listing.more))
    }

    async fn list(&mut self, uid: u32, limit: usize, items: &str) -> Result<Listing, InboxError> {
        let limit = limit.clamp(1, 100_000);
        self.news = false;
        let Some(mut from) = uid.checked_add(1) else { return Ok(Listing::default()) };
        let mut window = u32::try_from(limit).unwrap_or(u32::MAX);
        loop {
            let to = from.saturating_add(window - 1);
            let last = to.checked_add(1).is_none_or(|next| next >= self.uid_next);
            // The last window is open above: what arrived since SELECT is in it.
            let range = if last { format!("{from}:*") } else { format!("{from}:{to}") };
            let (mut messages, overfull) = self.list_range(&range, from, limit, items).await?;
            if !messages.is_empty() || last {
                messages.sort_unstable();
                messages.dedup_by_key(|listed| listed.uid);
                let more = overfull || !last || messages.len() > limit;
                messages.truncate(limit);
                return Ok(Listing { messages, more });
            }
            from = to.saturating_add(1);
            window = window.saturating_mul(8);
        }
    }

    async fn list_range(
        &mut self,
        range: &str,
        from: u32,
        limit: usize,
        items: &str,
    ) -> Result<(Vec<Listed>, bool), InboxError> {
        let mut messages: Vec<Listed> = Vec::new();
        let mut overfull = false;
        let command = format!("UID FETCH {range} {items}");
        self.run("UID FETCH", &command, |response| {
            // `n:*` always names the last message, also when its UID is below n; flags told in passing have no size.
            let Some(listed) = listed(response).filter(|listed| listed.uid >= from) else { return };
            messages.push(listed);
            if messages.len() > limit.saturating_mul(2) {
                messages.sort_unstable();
                messages.dedup_by_key(|listed| listed.uid);
                overfull |= messages.len() > limit;
                messages.truncate(limit);
            }
        })
        .await?
        .ok("UID FETCH")?;
        Ok((messages, overfull))
    }
}

fn listed(response: &Response<'_>) -> Option<Listed> {
    let Response::Fetch(_, attributes) = response else { return None };
    let mut listed = Listed { uid: 0, size: 0, internal_date: None };
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => listed.uid = *uid,
            AttributeValue::Rfc822Size(size) => listed.size = *size,
            AttributeValue::InternalDate(date) => listed.internal_date = internal_date(date),
            _ => {}
        }
    }
    (listed.uid != 0).then_some(listed)
}

/// Reads an INTERNALDATE like ` 1-Jul-2026 09:00:00 +0200`.
pub(super) fn internal_date(text: &str) -> Option<Moment> {
    let time = jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?.to_timestamp().ok()?;
    Some(Moment::from_millis(time.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(sizes: &[u32]) -> Vec<Listed> {
        (1..).zip(sizes).map(|(uid, size)| Listed { uid, size: *size, internal_date: None }).collect()
    }

    #[test]
    fn batches_are_bounded_both_ways_and_never_empty() {
        assert_eq!(batch(&sized(&[10, 10, 10, 10]), 3, 1_000), 3);
        assert_eq!(batch(&sized(&[10, 10, 10, 10]), 100, 25), 2);
        assert_eq!(batch(&sized(&[5_000, 10]), 100, 25), 1);
        assert_eq!(batch(&sized(&[1, 2]), 100, 25), 2);
        assert_eq!(batch(&[], 100, 25), 0);
    }

    #[test]
    fn internal_dates() {
        let moment = Moment::parse_rfc3339("2026-07-01T07:00:00Z");
        assert_eq!(internal_date(" 1-Jul-2026 09:00:00 +0200"), moment);
        assert_eq!(internal_date("01-Jul-2026 09:00:00 +0200"), moment);
        assert_eq!(internal_date("yesterday"), None);
    }
}
