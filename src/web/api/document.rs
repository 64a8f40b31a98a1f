//! The `OpenAPI` document, generated from the handlers.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Ref, RefOr, Response,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::{delivery_error, domain, message, not_imported, ticket, tickets};

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", scheme);
    }
}

/// What an error says, RFC 9457.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes what `dress` writes")]
struct Problem {
    /// `about:blank`: the status says it all.
    r#type: String,
    /// The error in a few words.
    title: String,
    /// The status once more.
    status: u16,
    /// What to do.
    detail: String,
    /// `urn:postdesk:error:` and the reference under which the log has it; with 5xx only. The same stands in the header
    /// `x-request-id` of every answer.
    instance: Option<String>,
}

/// Every operation may fail in these ways as well, and every error is a problem.
struct Errors;

impl Modify for Errors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        const ALWAYS: [(&str, &str); 2] =
            [("500", "Our mistake; the log has it"), ("503", "Something the console needs does not answer; try later")];
        let operations = document.paths.paths.values_mut().filter_map(|path| path.get.as_mut());
        for operation in operations {
            let responses = &mut operation.responses.responses;
            for (status, words) in ALWAYS {
                responses.insert(status.to_owned(), RefOr::T(Response::new(words)));
            }
            for (_, response) in responses.iter_mut().filter(|(status, _)| !status.starts_with('2')) {
                if let RefOr::T(response) = response {
                    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
                    response.content.insert("application/problem+json".to_owned(), RefOr::T(problem));
                }
            }
        }
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
        delivery_error::delivery_errors,
        domain::domains,
        domain::domain
    ),
    components(schemas(Problem)),
    modifiers(&Bearer, &Errors)
)]
struct Api;

/// `GET /api/v1/openapi.json`.
pub(in crate::web) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
