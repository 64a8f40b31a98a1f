//! `GET /settings/templates/{name}`.

use askama::Template;
use axum::http::StatusCode;

use super::text::{described, variables};
use crate::{
    access::Administrator,
    desk::text::fill,
    store::template,
    web::{Chrome, Errors, Page, Path, Visit, WebError, WebResult, When},
};

/// An earlier or the present version of a mail text.
#[derive(Clone, Debug)]
pub(super) struct MailTextVersion {
    actor: String,
    at: When,
    body: String,
    current: bool,
    /// The reason that a restore records: `Back to the text of 3 May 2026`.
    restore_reason: String,
}

#[derive(Template)]
#[template(path = "settings/template.html")]
pub(in crate::web) struct MailText {
    page: Chrome,
    name: String,
    purpose: String,
    version: i64,
    body: String,
    reason: String,
    variables: Vec<(String, String)>,
    example: String,
    history: Vec<MailTextVersion>,
    errors: Errors,
}

/// What somebody typed and what was wrong with it.
#[derive(Debug)]
pub(super) struct Refused {
    pub body: String,
    pub reason: String,
    pub errors: Errors,
    pub status: StatusCode,
}

/// One mail text.
pub(in crate::web) async fn show(
    visit: Visit,
    _may: Administrator,
    Path(name): Path<String>,
) -> WebResult<Page<MailText>> {
    page(&visit, name, None).await
}

/// The page; what was typed is kept.
pub(super) async fn page(visit: &Visit, name: String, refused: Option<Refused>) -> WebResult<Page<MailText>> {
    let mut view = visit.web.store.read().await?;
    let saved = template::history(&mut view, &name).await?;
    let now = saved.first().cloned().ok_or(WebError::NotFound)?;
    let (title, purpose) = described(&name);
    let received = visit.now.rfc3339();
    let example = fill(
        &now.body,
        &[
            ("ticket", "#1042"),
            ("site", &visit.web.settings.site.name),
            ("postmaster", &visit.web.settings.postmaster),
            ("received", &received),
            ("name", "Ida Wells"),
            ("text", "What was written."),
            ("recipient", "gone@college.test"),
            ("errors", "7"),
            ("since", "3 May 2026"),
            ("cause", "No such recipient"),
        ],
    );
    let history = saved.into_iter().map(|version| {
        let at = visit.when(version.saved_at);
        MailTextVersion {
            current: version.version == now.version,
            restore_reason: format!("Back to version {} of {}", version.version, at.exact),
            actor: version.saved_by,
            body: version.body,
            at,
        }
    });
    let history = history.collect();
    let shown = refused.unwrap_or_else(|| Refused {
        body: now.body,
        reason: String::new(),
        errors: Errors::default(),
        status: StatusCode::OK,
    });
    let view = MailText {
        page: visit.chrome(&mut view, title).await?,
        name,
        purpose: purpose.to_owned(),
        version: now.version,
        body: shown.body,
        reason: shown.reason,
        variables: variables(),
        example,
        history,
        errors: shown.errors,
    };
    Ok(Page::new(view).status(shown.status))
}
