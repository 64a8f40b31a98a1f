//! The `OpenAPI` document, generated from the handlers.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use super::{delivery_error, message, not_imported, ticket, tickets};

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// The API.
#[derive(OpenApi)]
#[openapi(
    info(title = "Postdesk", description = "The postmaster's console, for programs. Errors are application/problem+json."),
    paths(
        tickets::tickets,
        ticket::ticket,
        message::messages,
        not_imported::not_imported,
        delivery_error::delivery_errors
    ),
    modifiers(&Bearer)
)]
struct Api;

/// `GET /api/v1/openapi.json`.
pub(in crate::web) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
