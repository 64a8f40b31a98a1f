//! A message on which sessions break: taken alone, then set aside, so that it holds up no other.
//!
//! A server may end the session whenever it is asked for one certain message (a damaged file does that), or give it in a
//! form that nobody can read. Asking for it again and again would keep everything behind it from being taken.

/// Sessions that may break on one message before it is set aside.
const TRIES: u32 = 5;

/// The message that broke the last session, if one did.
#[derive(Debug, Default)]
pub(super) struct Stubborn {
    uidvalidity: i64,
    uid: u32,
    times: u32,
}

/// How to ask for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// As any other.
    Among,
    /// By itself, so that what breaks is known to be its fault.
    Alone,
    /// Only its header lines.
    Header,
    /// Not at all.
    Nothing,
}

impl Stubborn {
    /// A session broke while this message was awaited.
    pub(super) fn broke(&mut self, uidvalidity: i64, uid: u32) {
        if (self.uidvalidity, self.uid) != (uidvalidity, uid) {
            *self = Self { uidvalidity, uid, times: 0 };
        }
        self.times = self.times.saturating_add(1);
    }

    /// These messages came.
    pub(super) fn came(&mut self, uidvalidity: i64, mut uids: impl Iterator<Item = u32>) {
        if self.times > 0 && self.uidvalidity == uidvalidity && uids.any(|uid| uid == self.uid) {
            *self = Self::default();
        }
    }

    /// How to ask for this message.
    pub(super) const fn ask(&self, uidvalidity: i64, uid: u32) -> Ask {
        if self.times == 0 || self.uidvalidity != uidvalidity || self.uid != uid {
            Ask::Among
        } else if self.times < TRIES {
            Ask::Alone
        } else if self.times == TRIES {
            Ask::Header
        } else {
            Ask::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Ask::{Alone, Header, Nothing},
        *,
    };

    #[test]
    fn is_asked_for_less_and_less_until_it_comes() {
        let mut stubborn = Stubborn::default();
        assert_eq!(stubborn.ask(1, 7), Ask::Among);
        let mut asked = Vec::new();
        for _ in 0..7 {
            stubborn.broke(1, 7);
            asked.push(stubborn.ask(1, 7));
        }
        assert_eq!(asked, [Alone, Alone, Alone, Alone, Header, Nothing, Nothing]);
        assert_eq!((stubborn.ask(1, 8), stubborn.ask(2, 7)), (Ask::Among, Ask::Among));
        stubborn.came(1, [8].into_iter());
        assert_eq!(stubborn.ask(1, 7), Nothing);
        stubborn.came(1, [6, 7].into_iter());
        assert_eq!(stubborn.ask(1, 7), Ask::Among);
    }

    #[test]
    fn another_message_begins_anew() {
        let mut stubborn = Stubborn::default();
        for _ in 0..5 {
            stubborn.broke(1, 7);
        }
        stubborn.broke(1, 9);
        assert_eq!((stubborn.ask(1, 7), stubborn.ask(1, 9)), (Ask::Among, Ask::Alone));
    }
}
