//! One command and its answers.

use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, RequestId, Response, ResponseCode, Status};
use tokio::time::timeout;

use super::{Inbox, InboxError};
use crate::mail::words::one_line;

/// How the server ended a command.
#[derive(Debug)]
pub(super) struct Done {
    ok: bool,
    /// The server says that the folder is missing and may be made.
    pub(super) try_create: bool,
    /// Its words, on one line.
    pub(super) answer: String,
}

impl Done {
    /// Turns NO and BAD into an error.
    pub(super) fn ok(self, what: &'static str) -> Result<(), InboxError> {
        if self.ok { Ok(()) } else { Err(InboxError::Refused { what, answer: self.answer }) }
    }

    pub(super) const fn is_ok(&self) -> bool {
        self.ok
    }
}

/// One answer: what the listener made of it, or the end of the command.
pub(super) enum Heard<T> {
    Untagged(T),
    Done(Done),
}

impl Inbox {
    /// Sends a command.
    pub(super) async fn start(&mut self, what: &'static str, command: &str) -> Result<RequestId, InboxError> {
        let limit = self.pace.answer;
        timeout(limit, self.session.run_command(command))
            .await
            .map_err(|_| InboxError::Timeout { what, limit })?
            .map_err(|error| InboxError::command(what, &error))
    }

    /// Reads one answer. Safe to be dropped while it waits: half an answer stays in the session's buffer.
    pub(super) async fn hear<T>(
        &mut self,
        what: &'static str,
        tag: &RequestId,
        limit: Option<Duration>,
        listen: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<Heard<T>, InboxError> {
        let reading = self.session.read_response();
        let answer = match limit {
            Some(limit) => timeout(limit, reading).await.map_err(|_| InboxError::Timeout { what, limit })?,
            None => reading.await,
        };
        let answer = answer.map_err(|error| InboxError::read(what, &error))?.ok_or_else(InboxError::closed)?;
        match answer.parsed() {
            Response::Done { tag: theirs, status, outcome } if theirs == tag => {
                return Ok(Heard::Done(Done {
                    ok: *status == Status::Ok,
                    try_create: matches!(outcome.code, Some(ResponseCode::TryCreate))
                        || outcome.information.as_deref().is_some_and(|words| words.contains("TRYCREATE")),
                    answer: one_line(outcome.information.as_deref().unwrap_or("no reason given"), 200),
                }));
            }
            Response::Data { status: Status::Bye, outcome } => {
                let answer = one_line(outcome.information.as_deref().unwrap_or_default(), 200);
                return Err(InboxError::Closed { answer });
            }
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.exists = *count;
                self.news = true;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
        Ok(Heard::Untagged(listen(answer.parsed())))
    }

    /// Sends a command and listens until the server ends it. Answers to an earlier command that was
    /// given up half-way pass by unheeded, since they carry another tag.
    pub(super) async fn run(
        &mut self,
        what: &'static str,
        command: &str,
        mut listen: impl FnMut(&Response<'_>),
    ) -> Result<Done, InboxError> {
        let tag = self.start(what, command).await?;
        let (one, all) = (Some(self.pace.answer), self.pace.command);
        let heard = timeout(all, async {
            loop {
                if let Heard::Done(done) = self.hear(what, &tag, one, &mut listen).await? {
                    return Ok(done);
                }
            }
        });
        heard.await.map_err(|_| InboxError::Timeout { what, limit: all })?
    }
}
