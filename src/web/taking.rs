//! A connection whose client has to take what it asked for: one that takes nothing for a while is given up.

use std::{
    fmt,
    io::{Error, ErrorKind, IoSlice, Result},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clock::Clock;

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The connection.
pub(super) struct Taking<S> {
    inner: S,
    clock: Clock,
    limit: Duration,
    /// Runs while there is something to write and no room for it.
    wait: Option<Wait>,
}

impl<S> fmt::Debug for Taking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taking")
            .field("limit", &self.limit)
            .field("waits", &self.wait.is_some())
            .finish_non_exhaustive()
    }
}

impl<S> Taking<S> {
    pub(super) const fn new(inner: S, clock: Clock, limit: Duration) -> Self {
        Self { inner, clock, limit, wait: None }
    }

    /// Passes on what a write gave; while it gives nothing, the time runs.
    fn within<T>(&mut self, cx: &mut Context<'_>, written: Poll<Result<T>>) -> Poll<Result<T>> {
        if written.is_ready() {
            self.wait = None;
            return written;
        }
        let (clock, limit) = (self.clock.clone(), self.limit);
        let wait = self.wait.get_or_insert_with(|| Box::pin(async move { clock.sleep(limit).await }));
        ready!(wait.as_mut().poll(cx));
        self.wait = None;
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not take the answer")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Taking<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Taking<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.within(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bytes);
        self.within(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.within(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
