//! The whole URL space on one screen.

#[cfg(test)]
mod tests;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

use super::{
    Web, WebError, account, accounts, api, assets, confirmation, csp, delivery_error, domain, dress, health, live,
    mailbox, message, metrics, not_imported, origin, outdated, reference, rereading, session, settings, sign_in,
    sign_out, ticket, today,
};

/// Everything that can be asked for. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router(web: Web) -> Router {
    let limits = web.settings.limits;
    let files = Router::new()
        .route("/static/{build}/{*file}", get(assets::file))
        .route("/favicon.ico", get(assets::favicon))
        // Only what holds no secret is compressed: a page with a token and typed words would tell the one by the other.
        .layer(CompressionLayer::new());

    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-in/code", get(sign_in::show_code).post(sign_in::enter_code))
        .route("/sign-in/enrolment", get(sign_in::show_enrolment).post(sign_in::enrol))
        .route("/sign-out", post(sign_out::leave))
        .route("/", get(today::show))
        .route("/duty/review", post(today::review))
        .route("/messages", get(message::list))
        .route("/messages/{message}", get(message::show))
        .route("/messages/{message}/raw", get(message::raw))
        .route("/messages/{message}/html", get(message::body))
        .route("/messages/{message}/attachments/{part}", get(message::attachment))
        .route("/messages/{message}/ticket", post(message::make_ticket))
        .route("/messages/{message}/kind", post(message::change_kind))
        .route("/rereading", get(rereading::show).post(rereading::begin))
        .route("/rereading/{id}/state", post(rereading::decide))
        .route("/not-imported", get(not_imported::list))
        .route("/not-imported/{message}/retry", post(not_imported::retry))
        .route("/not-imported/{message}/discard", post(not_imported::discard))
        .route("/delivery-errors", get(delivery_error::list))
        .route("/domains", get(domain::list))
        .route("/domains/{domain}", get(domain::show))
        .route("/domains/{domain}/addresses", get(domain::addresses))
        .route("/domains/{domain}/addresses.csv", get(domain::csv))
        .route("/mailboxes", get(mailbox::show))
        .route("/outbox/{mail}/retry", post(mailbox::retry))
        .route("/outbox/{mail}/discard", post(mailbox::discard))
        .route("/tickets", get(ticket::list).post(ticket::open))
        .route("/tickets/changes", post(ticket::changes))
        .route("/tickets/views", post(ticket::save_view))
        .route("/tickets/views/{id}/removal", post(ticket::forget_view))
        .route("/tickets/new", get(ticket::form))
        .route("/tickets/{n}", get(ticket::show))
        .route("/tickets/{n}/state", post(ticket::state))
        .route("/tickets/{n}/owner", post(ticket::owner))
        .route("/tickets/{n}/priority", post(ticket::priority))
        .route("/tickets/{n}/tags", post(ticket::tags))
        .route("/tickets/{n}/links", post(ticket::links))
        .route("/tickets/{n}/notes", post(ticket::note))
        .route("/tickets/{n}/acknowledgement", post(ticket::acknowledgement))
        .route("/tickets/{n}/presence", post(ticket::presence))
        .route("/tickets/{n}/reply", post(ticket::send))
        .route("/tickets/{n}/reply/preview", post(ticket::preview))
        .route("/account", get(account::show))
        .route("/account/password", post(account::change))
        .route("/account/second-factor", get(account::show_second_factor).post(account::set_second_factor))
        .route("/account/second-factor/removal", post(account::remove_second_factor))
        .route("/account/recovery-codes", post(account::renew_codes))
        .route("/account/tokens", post(account::add_token))
        .route("/account/sessions/{number}/revoke", post(account::revoke_session))
        .route("/account/tokens/{id}/revoke", post(account::revoke_token))
        .route("/accounts", get(accounts::list).post(accounts::add))
        .route("/accounts/{a}", get(accounts::show))
        .route("/accounts/{a}/roles", post(accounts::set_roles))
        .route("/accounts/{a}/state", post(accounts::set_state))
        .route("/accounts/{a}/password", post(accounts::set_password))
        .route("/accounts/{a}/second-factor", post(accounts::reset_second_factor))
        .route("/accounts/{a}/sessions", post(accounts::end_sessions))
        .route("/accounts/{a}/tokens/{t}/revoke", post(accounts::revoke_token))
        .route("/confirmations", get(confirmation::list))
        .route("/confirmations/{c}/decision", post(confirmation::decide))
        .route("/settings/templates", get(settings::list))
        .route("/settings/templates/{name}", get(settings::show).post(settings::save))
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/api/v1/tickets", get(api::tickets))
        .route("/api/v1/tickets/{number}", get(api::ticket))
        .route("/api/v1/messages", get(api::messages))
        .route("/api/v1/not-imported", get(api::not_imported))
        .route("/api/v1/delivery-errors", get(api::delivery_errors))
        .route("/api/v1/domains", get(api::domains))
        .route("/api/v1/domains/{domain}", get(api::domain))
        .route("/live", get(live::listen))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .merge(files)
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::Method)
        // From here on each layer is around all before it.
        .layer(session::layer(&web))
        .layer(from_fn_with_state(web.clone(), origin::check))
        .layer(DefaultBodyLimit::max(limits.form_bytes))
        // A live stream begins at once and then lasts.
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.request_time))
        .layer(CatchPanicLayer::custom(broken_off))
        .layer(from_fn_with_state(web.clone(), outdated::refuse))
        .layer(from_fn_with_state(web.clone(), dress::errors))
        .layer(from_fn(csp::headers))
        .layer(from_fn_with_state(web.clone(), reference::give))
        .with_state(web)
}

/// The answer of a page that broke off. The layer's own writes the words of the panic to the log, and they may quote mail.
fn broken_off(_words: Box<dyn std::any::Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
