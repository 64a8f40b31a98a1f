//! `POST /tickets/{n}/reply/preview` and `POST /tickets/{n}/reply`: nothing leaves before it was shown as it will leave.

use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    again::{Typed, done, refused},
    presence, seen,
};
use crate::{
    access::Postmaster,
    desk::{
        act::{self, Composed, Draft},
        open::open,
    },
    domain::site::Limits,
    web::{Chrome, Form, Page, Path, Visit, WebResult},
};

#[derive(Template)]
#[template(path = "tickets/reply_preview.html")]
struct ReplyPreview {
    page: Chrome,
    number: i64,
    version: i64,
    /// As typed.
    to: String,
    subject: String,
    body: String,
    /// As it will be sent.
    headers: Vec<(String, String)>,
    text: String,
    warnings: Vec<String>,
    /// Who else has the ticket open, in words.
    here_too: Vec<String>,
}

/// A reply as typed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct ReplyForm {
    version: i64,
    to: String,
    subject: String,
    body: String,
}

impl ReplyForm {
    const fn draft(&self) -> Draft<'_> {
        Draft { to: self.to.as_str(), subject: self.subject.as_str(), body: self.body.as_str() }
    }

    fn typed(self) -> Typed {
        Typed { reply: Some((self.to, self.subject, self.body)), ..Typed::default() }
    }
}

/// Shows exactly what will leave.
pub(in crate::web) async fn preview(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<ReplyForm>,
) -> WebResult<Response> {
    let at = (n, form.version);
    let mut view = visit.web.store.read().await?;
    seen::ticket(&visit, &mut view, n).await?;
    match act::preview(&mut view, &visit.web.head, at, form.draft(), visit.now).await {
        Ok(composed) => {
            let page = visit.chrome(&mut view, format!("Preview of the reply, #{n}")).await?;
            let (headers, text) = shown(&composed);
            let ReplyForm { version, to, subject, body } = form;
            let warnings = composed.warnings;
            let here_too = presence::others(&mut view, n, may.account_id(), visit.now).await?;
            Ok(Page::new(ReplyPreview {
                page,
                number: n,
                version,
                to,
                subject,
                body,
                headers,
                text,
                warnings,
                here_too,
            })
            .into_response())
        }
        Err(error) => {
            drop(view);
            refused(&visit, at, error, form.typed()).await
        }
    }
}

/// The composed bytes, read back as any reader of mail would.
fn shown(composed: &Composed) -> (Vec<(String, String)>, String) {
    let opened = open(&composed.bytes, Limits::default()).unwrap_or_default();
    let mut headers = vec![("Envelope sender".to_owned(), composed.envelope_from.clone())];
    headers.extend(opened.fields.into_iter().map(|(name, value)| match name.as_str() {
        // Both are made when the mail is written into the outbox.
        "Message-ID" => (name, "made when it is sent; it names this ticket’s mail as ours".to_owned()),
        "Date" => (name, "the time of sending".to_owned()),
        _ => (name, value),
    }));
    (headers, opened.text)
}

/// Writes the reply into the outbox.
pub(in crate::web) async fn send(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<ReplyForm>,
) -> WebResult<Response> {
    let at = (n, form.version);
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    match act::reply(&mut work, &may, &visit.web.head, at, form.draft(), visit.now).await {
        Ok(_) => {
            work.commit().await?;
            done(&visit, n, format!("The reply to {} is on its way. The timeline shows what the relay says.", form.to))
                .await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, form.typed()).await
        }
    }
}
