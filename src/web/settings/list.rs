//! `GET /settings/templates`.

use askama::Template;

use super::text::described;
use crate::{
    access::Administrator,
    store::template,
    web::{Chrome, Page, Visit, WebResult, When},
};

/// One mail text in the list.
#[derive(Clone, Debug)]
pub(super) struct MailTextRow {
    name: String,
    title: String,
    purpose: String,
    actor: String,
    changed: Option<When>,
}

#[derive(Template)]
#[template(path = "settings/templates.html")]
pub(in crate::web) struct MailTexts {
    page: Chrome,
    rows: Vec<MailTextRow>,
}

/// All mail texts.
pub(in crate::web) async fn list(visit: Visit, _may: Administrator) -> WebResult<Page<MailTexts>> {
    let mut view = visit.web.store.read().await?;
    let rows = template::all(&mut view).await?.into_iter().map(|saved| {
        let (title, purpose) = described(&saved.name);
        let changed = (saved.version > 1).then(|| visit.when(saved.saved_at));
        let actor = if saved.version > 1 { saved.saved_by } else { String::new() };
        MailTextRow { name: saved.name, title, purpose: purpose.to_owned(), actor, changed }
    });
    let rows = rows.collect();
    let page = visit.chrome(&mut view, "Mail texts").await?;
    Ok(Page::new(MailTexts { page, rows }))
}
