//! What every act on another's account begins with: a reason, and the administrator's own password.

use serde::Deserialize;

use crate::{
    access::{Administrator, Fresh},
    desk::account::{Change, Outcome},
    domain::secret::Secret,
    web::{Visit, WebResult},
};

/// What every form of an act on another's account carries.
#[derive(Default, Deserialize)]
pub(in crate::web) struct Sent {
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub own_password: String,
}

/// Verifies the administrator's own password.
pub(super) async fn proven(visit: &Visit, typed: String) -> WebResult<Option<Fresh>> {
    visit.prove(&Secret::new(typed)).await
}

/// A change by an administrator of this console.
pub(super) fn change<'a>(visit: &Visit, may: &Administrator, fresh: &Fresh, reason: &'a str) -> Change<'a> {
    Change::by(may, fresh, reason.trim(), visit.now, visit.web.settings.accounts.waiting)
}

/// What to say of a change: that it holds, or that another has to confirm it.
pub(super) fn told(outcome: Outcome, done: String) -> (&'static str, String) {
    match outcome {
        Outcome::Done => ("done", done),
        Outcome::Waits => (
            "waiting",
            "This takes effect when another authorised postmaster confirms it. They see it on Today.".to_owned(),
        ),
    }
}
