//! `POST /settings/templates/{name}`.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::show::{Refused, page};
use crate::{
    access::Administrator,
    desk::text::unknown_names,
    domain::event::{NewEvent, What},
    store::{StoreError, template},
    web::{Errors, Form, Path, See, Visit, WebError, WebResult},
};

/// Most bytes of a mail text.
const LONGEST: usize = 20_000;

/// What was typed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Typed {
    version: i64,
    body: String,
    #[serde(default)]
    reason: String,
}

/// Saves the next version of a mail text. Every version is kept.
pub(in crate::web) async fn save(
    visit: Visit,
    may: Administrator,
    Path(name): Path<String>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let body = format!("{}\n", typed.body.replace("\r\n", "\n").replace('\r', "\n").trim_end());
    let reason = typed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let errors = mistakes(&name, &body, &reason);
    if !errors.is_empty() {
        let refused = Refused { body, reason, errors, status: StatusCode::UNPROCESSABLE_ENTITY };
        return Ok(page(&visit, name, Some(refused)).await?.into_response());
    }
    let mut work = visit.web.store.write().await?;
    // Texts come with the program; none is made by asking for its name.
    template::get(&mut work, &name).await?.ok_or(WebError::NotFound)?;
    let actor = may.actor();
    match template::save(&mut work, &name, typed.version, &body, actor.name(), visit.now).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => {
            drop(work);
            let words = "Somebody saved another version a moment ago; it is the newest in the history. Your text is \
                         still here: saving it again puts it over theirs.";
            let errors = Errors::one("body", words);
            let refused = Refused { body, reason, errors, status: StatusCode::CONFLICT };
            return Ok(page(&visit, name, Some(refused)).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    }
    let why = format!("{name}, version {}: {reason}", typed.version + 1);
    work.event(NewEvent::new(visit.now, actor, What::TemplateChanged, why));
    work.commit().await?;
    visit.tell("done", "The text is saved. Mail written from now on uses it.").await?;
    Ok(See::other(format!("/settings/templates/{name}")).into_response())
}

fn mistakes(name: &str, body: &str, reason: &str) -> Errors {
    let mut errors = Errors::default();
    if body.trim().is_empty() {
        errors.add("body", "Write a text; an empty mail helps nobody.");
    } else if body.len() > LONGEST {
        errors.add("body", format!("The text is too long: {} bytes, {LONGEST} at most.", body.len()));
    } else if let Some(unknown) = unknown_names(body).first() {
        errors.add("body", format!("Nothing is known for {{{{{unknown}}}}}. The list on the page shows what is."));
    } else if name == "reply_frame" && !body.contains("{{text}}") {
        errors.add("body", "The frame needs {{text}}: that is where the reply goes.");
    }
    if reason.is_empty() {
        errors.add("reason", "Say in a few words what changed.");
    } else if reason.chars().count() > 200 {
        errors.add("reason", "Say it in 200 characters.");
    }
    errors
}
