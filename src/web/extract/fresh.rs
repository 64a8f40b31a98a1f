//! The password typed anew, for one dangerous act.

use super::Visit;
use crate::{
    access::{Fresh, fresh},
    domain::secret::Secret,
    password::Verdict,
    store::{account, throttle},
    web::{WebError, WebResult},
};

/// The field in which it is typed, on every form of a dangerous act (`form::own_password`).
pub(in crate::web) const FIELD: &str = "own_password";
/// What to say when it is wrong.
pub(in crate::web) const WRONG: &str = "This is not your password. Nothing was changed.";

impl Visit {
    /// Verifies one's own password, typed for this very act; `None` if it is wrong. Whoever found an open browser may not
    /// try for ever: tries are delayed as at sign-in.
    ///
    /// # Errors
    /// When nobody is signed in, it is too early for another try, or the database does not answer.
    pub(in crate::web) async fn prove(&self, typed: &Secret) -> WebResult<Option<Fresh>> {
        let Some(id) = self.account.as_ref().map(|account| account.id) else { return Err(self.to_sign_in()) };
        let name = format!("password {id}");
        let mut work = self.web.store.write().await?;
        let until = throttle::until(&mut work, &name).await?.unwrap_or_default();
        if until > self.now {
            return Err(WebError::Throttled(until.since(self.now)));
        }
        throttle::failed(&mut work, &name, self.now).await?;
        let hash = account::password_hash(&mut work, id).await?;
        work.commit().await?;
        if matches!(self.web.passwords.verify(hash.as_deref(), typed).await?, Verdict::Wrong) {
            return Ok(None);
        }
        let mut work = self.web.store.write().await?;
        throttle::clear(&mut work, &name).await?;
        work.commit().await?;
        Ok(Some(fresh(id)))
    }
}
