//! How far somebody has come in. Account and roles are read on every request, and so is whether more is owed.

use tower_sessions::Session;

use crate::{
    domain::{account::Account, time::Moment},
    store::account,
    web::{Web, WebResult, session},
};

/// Who is behind a request.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Who is signed in.
    pub account: Option<Account>,
    /// Who owes the second factor.
    pub half: Option<Account>,
    /// Whether the session has shown it.
    pub factor: bool,
}

/// Whether an account owes a second factor to a session: it has one, or its roles require one.
pub(in crate::web) fn owes_factor(account: &Account, shown: bool, web: &Web) -> bool {
    !shown && (account.second_factor || (web.settings.accounts.second_factor && account.is_weighty()))
}

impl Standing {
    pub(super) fn of_program(account: Option<Account>) -> Self {
        Self { account, ..Self::default() }
    }

    pub(super) async fn of_browser(session: &Session, web: &Web, now: Moment) -> WebResult<Self> {
        let Some(id) = session.get::<i64>(session::ACCOUNT).await? else { return Ok(Self::default()) };
        let mut view = web.store.glance().await?;
        let account = account::get(&mut view, id).await?.filter(|account| !account.disabled);
        drop(view);
        let Some(account) = account else {
            session.flush().await?;
            return Ok(Self::default());
        };
        let factor = session.get::<bool>(session::FACTOR).await?.unwrap_or(false);
        if !owes_factor(&account, factor, web) {
            return Ok(Self { account: Some(account), half: None, factor });
        }
        // A password that was typed long ago is no half of a sign-in: the browser may have been left alone since.
        let proved = session.get::<i64>(session::PROVED).await?.map(Moment::from_millis).unwrap_or_default();
        if now.since(proved) >= session::HALF {
            session.flush().await?;
            return Ok(Self::default());
        }
        Ok(Self { account: None, half: Some(account), factor })
    }
}
