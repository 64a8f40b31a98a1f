//! Waiting for news: IDLE where the server offers it, else a look now and then.

use std::time::Duration;

use async_imap::imap_proto::{RequestId, Response};
use tokio::time::timeout;

use super::{Inbox, InboxError, exchange::Heard};

/// How long a server may take to end IDLE when we are leaving anyway.
const LEAVE: Duration = Duration::from_secs(2);

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// The server told of new mail.
    News,
    /// Time to look anyway and to wait anew.
    TimeUp,
    /// We were asked to stop.
    Stopped,
}

impl Inbox {
    /// Waits until there may be new mail, time is up, or `stop` is done.
    ///
    /// Returns at once if the server told of mail since the last listing began. List what is above the
    /// cursor before every wait: a server tells of each message only once.
    ///
    /// # Errors
    /// [`InboxError`]; a connection that closes while we wait is [`InboxError::Closed`].
    pub async fn wait(&mut self, stop: impl Future<Output = ()>) -> Result<Woken, InboxError> {
        let mut stop = std::pin::pin!(stop);
        if self.news {
            return Ok(Woken::News);
        }
        if self.abilities.idle {
            if let Some(tag) = self.begin_idle().await? {
                let span = self.pace.idle;
                let woken = tokio::select! {
                    heard = self.hear_news(&tag) => heard.map(|()| Woken::News)?,
                    stopped = timeout(span, &mut stop) => stopped.map_or(Woken::TimeUp, |()| Woken::Stopped),
                };
                self.end_idle(&tag, woken).await?;
                return Ok(woken);
            }
            // Offered and refused: this session polls.
            self.abilities.idle = false;
        }
        if timeout(self.pace.poll, &mut stop).await.is_ok() {
            return Ok(Woken::Stopped);
        }
        self.run("NOOP", "NOOP", |_| {}).await?.ok("NOOP")?;
        Ok(if self.news { Woken::News } else { Woken::TimeUp })
    }

    /// Starts IDLE; `None` if the server refuses it. What it tells before its `+` is noted like any news.
    async fn begin_idle(&mut self) -> Result<Option<RequestId>, InboxError> {
        let tag = self.start("IDLE", "IDLE").await?;
        let limit = Some(self.pace.answer);
        loop {
            match self.hear("IDLE", &tag, limit, |response| matches!(response, Response::Continue(_))).await? {
                Heard::Untagged(true) => return Ok(Some(tag)),
                Heard::Untagged(false) => {}
                Heard::Done(_) => return Ok(None),
            }
        }
    }

    /// Listens until the server tells of mail. Its keep-alives and flag changes are no news.
    async fn hear_news(&mut self, tag: &RequestId) -> Result<(), InboxError> {
        while !self.news {
            if let Heard::Done(_) = self.hear("IDLE", tag, None, |_| ()).await? {
                // Nobody said DONE.
                return Err(InboxError::Protocol("IDLE"));
            }
        }
        Ok(())
    }

    async fn end_idle(&mut self, tag: &RequestId, woken: Woken) -> Result<(), InboxError> {
        const WHAT: &str = "DONE";
        let limit = if woken == Woken::Stopped { LEAVE.min(self.pace.answer) } else { self.pace.answer };
        let done = timeout(limit, self.session.run_command_untagged("DONE")).await;
        done.map_err(|_| InboxError::Timeout { what: WHAT, limit })?
            .map_err(|error| InboxError::command(WHAT, &error))?;
        while let Heard::Untagged(()) = self.hear(WHAT, tag, Some(limit), |_| ()).await? {}
        Ok(())
    }
}
