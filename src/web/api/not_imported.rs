//! `GET /api/v1/not-imported`.

use axum::{Json, extract::Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    list::{Listing, key, limit},
    message::Line,
};
use crate::{
    access::Reader,
    domain::message::Stage,
    store::message::{self, Filter},
    web::{Visit, WebResult},
};

/// Which part.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Asked {
    /// The `next` of the part before.
    after: Option<String>,
    /// Items, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// Messages that could not be handled, and those over the size limit, newest first; `trouble` says why.
#[utoipa::path(get, path = "/api/v1/not-imported", tag = "messages", params(Asked), security(("token" = [])),
    responses((status = 200, description = "A part of the list", body = Listing<Line>),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 422, description = "A parameter cannot be used")))]
pub(in crate::web) async fn not_imported(
    visit: Visit,
    _may: Reader,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Listing<Line>>> {
    let limit = limit(asked.limit);
    let before = key(asked.after.as_deref())?.map_or(i64::MAX, |[id]| id);
    let quarantine = visit.rights.authorised_postmaster().is_some();
    let mut view = visit.web.store.read().await?;
    let mut rows = Vec::new();
    for stage in [Stage::NotImported, Stage::TooLarge] {
        let filter = Filter { stage: Some(stage), quarantine, ..Filter::default() };
        rows.extend(message::list(&mut view, &filter, before, limit + 1).await?);
    }
    rows.sort_by_key(|message| std::cmp::Reverse(message.id));
    Ok(Json(Listing::of(rows, limit, |message| vec![message.id], Line::from)))
}
