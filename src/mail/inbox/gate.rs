//! What a server says, measured before the parser sees it.
//!
//! The parser sets aside whatever a literal announces (up to 512 MiB), reads an unfinished line from its beginning with
//! every packet, and goes into parentheses by recursion. A server that is ill, or whoever stands in between, could use
//! each of that to take the memory, the processor or the stack of the whole process.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Longest answer without its literals. The longest honest ones name a thousand UIDs.
const LINE: usize = 64 << 10;
/// Largest literal. Messages above 1 MiB are asked for in parts; a server may count a little wrong.
const LITERAL: u64 = 8 << 20;
/// Largest answer with all its literals.
const ANSWER: u64 = 12 << 20;
/// Deepest nesting. What we ask for is nested two deep.
const DEPTH: u32 = 100;

/// Why an answer is not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooMuch {
    #[error("a line without end")]
    Line,
    #[error("a literal of {0} bytes")]
    Literal(u64),
    #[error("more than {} MiB", ANSWER >> 20)]
    Answer,
    #[error("parentheses without end")]
    Depth,
}

/// A stream whose answers have bounds.
#[derive(Debug)]
pub(super) struct Gate<S> {
    inner: S,
    measure: Measure,
}

impl<S> Gate<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, measure: Measure::default() }
    }

    pub(super) fn into_inner(self) -> S {
        self.inner
    }
}

/// Where in an answer we are.
#[derive(Debug, Default)]
struct Measure {
    /// Bytes of the literal that are still to come.
    literal: u64,
    /// Bytes of the answer outside literals.
    line: usize,
    /// Bytes of the answer, literals and all.
    answer: u64,
    depth: u32,
    announced: Announced,
}

/// How much of `{123}` CRLF has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Announced {
    #[default]
    Nothing,
    Number(u64),
    Closed(u64),
    Return(u64),
}

impl Measure {
    fn take(&mut self, mut bytes: &[u8]) -> Result<(), TooMuch> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.literal > 0 {
                let here = usize::try_from(self.literal).unwrap_or(usize::MAX).min(bytes.len());
                self.literal -= here as u64;
                bytes = &bytes[here..];
                continue;
            }
            bytes = rest;
            self.byte(byte)?;
        }
        Ok(())
    }

    /// One byte outside literals.
    fn byte(&mut self, byte: u8) -> Result<(), TooMuch> {
        self.line += 1;
        self.answer += 1;
        if self.line > LINE {
            return Err(TooMuch::Line);
        }
        match byte {
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            b'\n' => return self.line_end(),
            _ => {}
        }
        if self.depth > DEPTH {
            return Err(TooMuch::Depth);
        }
        self.announced = match (self.announced, byte) {
            (_, b'{') => Announced::Number(0),
            (Announced::Number(n), b'0'..=b'9') => {
                Announced::Number(n.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
            }
            (Announced::Number(n), b'}') => Announced::Closed(n),
            (Announced::Closed(n), b'\r') => Announced::Return(n),
            _ => Announced::Nothing,
        };
        Ok(())
    }

    fn line_end(&mut self) -> Result<(), TooMuch> {
        let Announced::Return(bytes) = std::mem::take(&mut self.announced) else {
            *self = Self::default();
            return Ok(());
        };
        if bytes > LITERAL {
            return Err(TooMuch::Literal(bytes));
        }
        self.answer += bytes;
        self.literal = bytes;
        if self.answer > ANSWER { Err(TooMuch::Answer) } else { Ok(()) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let measured = self.measure.take(&buf.filled()[before..]);
        Poll::Ready(measured.map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measured(text: &[u8]) -> Result<(), TooMuch> {
        // By one byte and by all at once: packets may end anywhere.
        let mut slow = Measure::default();
        let slowly = text.iter().try_for_each(|byte| slow.take(std::slice::from_ref(byte)));
        let at_once = Measure::default().take(text);
        assert_eq!(slowly, at_once);
        at_once
    }

    #[test]
    fn what_honest_servers_say_passes() {
        let mut text = b"* 1 FETCH (UID 7 BODY[] {1048576}\r\n".to_vec();
        text.resize(text.len() + (1 << 20), b'(');
        text.extend_from_slice(b")\r\nA1 OK {not a literal} done\r\n* OK {99999999999}\r\n"[..31].as_ref());
        assert_eq!(measured(&text), Ok(()));
        assert_eq!(measured(&b"* 1 EXISTS\r\n".repeat(100_000)), Ok(()), "bounds are an answer's, not a session's");
    }

    /// What a server may say: pieces that look like IMAP, and some that are noise.
    fn said() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            3 => prop::collection::vec(any::<u8>(), 0..40),
            3 => "[(){}0-9 \\r\\n]{0,30}".prop_map(String::into_bytes),
            2 => (0_u64..40_000_000).prop_map(|n| format!("{{{n}}}\r\n").into_bytes()),
            1 => (0_usize..200).prop_map(|n| vec![b'('; n]),
            1 => (0_usize..LINE + 100).prop_map(|n| vec![b'x'; n]),
            1 => (0_usize..60).prop_map(|n| b"* 1 FETCH (UID 7)\r\n".repeat(n)),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    /// Measured in pieces that end at these places.
    fn in_pieces(text: &[u8], ends: &[prop::sample::Index]) -> (Result<(), TooMuch>, Measure) {
        let mut ends: Vec<usize> = ends.iter().map(|end| end.index(text.len() + 1)).collect();
        ends.extend([0, text.len()]);
        ends.sort_unstable();
        let mut measure = Measure::default();
        let all = ends.windows(2).try_for_each(|two| measure.take(&text[two[0]..two[1]]));
        (all, measure)
    }

    proptest! {
        #[test]
        fn whatever_is_said_in_whatever_pieces_is_judged_alike_and_kept_in_bounds(
            text in said(),
            ends in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let (at_once, whole) = in_pieces(&text, &[]);
            let (slowly, pieced) = in_pieces(&text, &ends);
            prop_assert_eq!(slowly, at_once);
            if at_once.is_ok() {
                let state = |m: &Measure| (m.literal, m.line, m.answer, m.depth, m.announced);
                prop_assert_eq!(state(&pieced), state(&whole));
            }
            // One byte more than a bound is where it ended.
            for measure in [whole, pieced] {
                prop_assert!(measure.line <= LINE + 1 && measure.depth <= DEPTH + 1);
                prop_assert!(measure.literal <= LITERAL && measure.answer <= ANSWER + LITERAL);
            }
        }

        /// The same through the stream itself, as the parser reads it.
        #[test]
        fn what_passes_the_gate_is_what_was_said_up_to_the_bound(text in said(), at_once in 1_usize..5000) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let mut passed = Vec::new();
            let ended = runtime.block_on(async {
                use tokio::io::AsyncReadExt;
                let mut gate = Gate::new(text.as_slice());
                let mut piece = vec![0; at_once];
                loop {
                    match gate.read(&mut piece).await {
                        Ok(0) => return Ok(()),
                        Ok(read) => passed.extend_from_slice(&piece[..read]),
                        Err(error) => return Err(error),
                    }
                }
            });
            prop_assert!(text.starts_with(&passed));
            prop_assert_eq!(ended.is_ok(), Measure::default().take(&text).is_ok());
            prop_assert!(ended.is_err() || passed.len() == text.len());
        }
    }

    #[test]
    fn each_bound_holds_at_its_edge() {
        assert_eq!(measured(format!("* X {{{LITERAL}}}\r\n").as_bytes()), Ok(()));
        assert_eq!(measured(b"* X {8388609}\r\n"), Err(TooMuch::Literal(LITERAL + 1)));
        assert_eq!(measured(b"* X {99999999999999999999999}\r\n"), Err(TooMuch::Literal(u64::MAX)));
        assert_eq!(measured(&vec![b'x'; LINE]), Ok(()));
        assert_eq!(measured(&vec![b'x'; LINE + 1]), Err(TooMuch::Line));
        assert_eq!(measured("(".repeat(100).as_bytes()), Ok(()));
        assert_eq!(measured("(".repeat(101).as_bytes()), Err(TooMuch::Depth));
        let mut two = b"* X {8388608}\r\n".to_vec();
        two.resize(two.len() + (8 << 20), 0);
        two.extend_from_slice(b" {8388608}\r\n");
        assert_eq!(Measure::default().take(&two), Err(TooMuch::Answer));
    }
}
