//! What an administrator reads about an account: facts, sessions, tokens.

use crate::{
    domain::{account::Account, event::What, time::Moment},
    store::{View, account, event, second_factor, session, token},
    web::{Visit, WebResult, When, account::named},
};

/// One session of somebody else.
pub(super) struct SessionRow {
    pub browser: String,
    pub address: String,
    pub since: When,
    pub used: When,
}

/// An API token of somebody else.
pub(super) struct TokenRow {
    pub id: i64,
    pub name: String,
    pub text: String,
}

pub(super) async fn facts(visit: &Visit, view: &mut View, account: &Account) -> WebResult<Vec<(String, String)>> {
    let seen = event::last_by_account(view, What::SignedIn).await?.into_iter().find(|(who, _)| *who == account.id);
    let changed = account::password_changed(view, account.id).await?;
    let factor = match second_factor::get(view, account.id).await? {
        None => "none".to_owned(),
        Some(kept) => {
            let left = second_factor::recovery_codes_left(view, account.id).await?;
            format!("since {}, {left} recovery codes left", visit.when(kept.enrolled_at).exact)
        }
    };
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let mut facts = vec![
        fact("Login", account.login.clone()),
        fact("Mail address", account.email.clone()),
        fact("Made", visit.when(account.created_at).exact),
        fact("Last signed in", seen.map_or_else(|| "never".to_owned(), |(_, at)| visit.when(at).exact)),
        fact("Password set", changed.map_or_else(String::new, |at| visit.when(at).exact)),
        fact("Second factor", factor),
    ];
    if account.authorised_from > visit.now {
        facts.push(fact("Consents and releases", format!("from {} on", visit.when(account.authorised_from).exact)));
    }
    Ok(facts)
}

pub(super) async fn sessions(visit: &Visit, view: &mut View, id: i64) -> WebResult<Vec<SessionRow>> {
    let at = |millis| visit.when(Moment::from_millis(millis));
    let kept = session::of_account(view, id, visit.now).await?;
    let row = |kept: session::Session| SessionRow {
        browser: named(&kept.user_agent),
        since: at(kept.created_at),
        used: at(kept.seen_at),
        address: kept.address,
    };
    Ok(kept.into_iter().map(row).collect())
}

pub(super) async fn tokens(visit: &Visit, view: &mut View, id: i64) -> WebResult<Vec<TokenRow>> {
    let at = |millis| visit.when(Moment::from_millis(millis));
    let all = token::list(view, Some(id)).await?;
    let held = all.into_iter().filter(|token| token.revoked_at.is_none() && token.expires_at > visit.now.millis());
    let row = |token: token::Token| {
        let used =
            token.used_at.map_or_else(|| "never used".to_owned(), |used| format!("last used {}", at(used).relative));
        let release = if token.may_release { ", may release" } else { "" };
        let text =
            format!("made {}, {used}, ends {}{release}", at(token.created_at).relative, at(token.expires_at).exact);
        TokenRow { id: token.id, name: token.name, text }
    };
    Ok(held.map(row).collect())
}
