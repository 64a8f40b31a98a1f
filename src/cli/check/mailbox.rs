//! Whether each mailbox lets us in, and what its server can do.

use super::Finding;
use crate::{
    app,
    clock::Clock,
    config::{After, Config, Mailbox},
    domain::secret::Secret,
    mail::{
        inbox::{Abilities, Inbox, InboxError},
        oauth::TokenSource,
    },
    store,
};

/// Signs in to every mailbox, selects its folder, asks what the server can do.
pub(super) async fn mailboxes(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    if config.mailboxes.is_empty() {
        findings.push(Finding::bad(
            "mailboxes",
            "none is configured",
            "Add a `[[mailbox]]` for postmaster@ and abuse@",
        ));
    }
    for mailbox in &config.mailboxes {
        let what = format!("mailbox {}", mailbox.name);
        match one(config, mailbox, clock).await {
            Ok(found) => findings.extend(found.into_iter().map(|f| Finding { what: what.clone(), ..f })),
            Err((words, remedy)) => findings.push(Finding::bad(what, words, remedy)),
        }
    }
    findings
}

type Failed = (String, String);

async fn one(config: &Config, mailbox: &Mailbox, clock: &Clock) -> Result<Vec<Finding>, Failed> {
    let account = app::account(mailbox);
    let token = token(config, mailbox, clock).await?;
    let mut inbox =
        Inbox::connect(&account, token.as_ref(), app::pace(mailbox)).await.map_err(|error| remedy(&error))?;
    let selected = inbox.select(&account.folder).await.map_err(|error| remedy(&error))?;
    let abilities = inbox.abilities();
    inbox.leave().await;
    let words = format!("signed in, folder {} has {} messages", account.folder, selected.exists);
    let mut found = vec![Finding::good("", words)];
    found.extend(able(mailbox, abilities));
    Ok(found)
}

fn able(mailbox: &Mailbox, abilities: Abilities) -> Vec<Finding> {
    let mut found = Vec::new();
    if abilities.idle {
        found.push(Finding::good("", "IDLE: the server tells of new mail at once"));
    } else {
        let words = format!("no IDLE: new mail is seen by a look every {} s", mailbox.poll.as_secs());
        found.push(Finding::bad("", words, "Switch IDLE on at the server, or shorten `poll_seconds`"));
    }
    let moves = abilities.r#move && abilities.uidplus;
    match (&mailbox.after, moves) {
        (After::Move(folder), false) => found.push(Finding::bad(
            "",
            format!("no MOVE with UIDPLUS, so kept mail cannot be moved to {folder}"),
            "Set `after` to `seen` or `keep`: a plain EXPUNGE would remove other people's mail",
        )),
        (_, true) => found.push(Finding::good("", "UIDPLUS and MOVE: mail can be moved safely")),
        (_, false) => found.push(Finding::good("", "no MOVE with UIDPLUS; `after` does not need it")),
    }
    found
}

/// A token of the kept refresh token, if one was rotated already. A new one is kept: the old may be void by now.
async fn token(config: &Config, mailbox: &Mailbox, clock: &Clock) -> Result<Option<Secret>, Failed> {
    let Some(grant) = app::account(mailbox).grant else { return Ok(None) };
    let failed = |words: String| (words, "Look at `token_url`, `client_id` and the secrets of this mailbox".to_owned());
    let stored = |error: store::StoreError| failed(format!("the kept refresh token cannot be read: {error}"));
    let store = app::open(config).await.map_err(stored)?;
    let (host, user, folder) = mailbox.identity();
    let mut work = store.write().await.map_err(stored)?;
    let id = store::mailbox::configure(&mut work, &host, &user, &folder, &mailbox.name, &mailbox.address)
        .await
        .map_err(stored)?;
    let kept = store::mailbox::refresh_token(&mut work, id).await.map_err(stored)?;
    let mut source = TokenSource::new(grant, &kept).map_err(|error| failed(error.to_string()))?;
    let (access, renewed) = source.access(clock.now()).await.map_err(|error| failed(error.to_string()))?;
    if let Some(refresh) = renewed.and_then(|renewed| renewed.refresh) {
        store::mailbox::keep_refresh_token(&mut work, id, source.to_keep(&refresh).expose()).await.map_err(stored)?;
    }
    work.commit().await.map_err(stored)?;
    store.close().await;
    Ok(Some(access))
}

/// The error's words hold the advice after a semicolon.
fn remedy(error: &InboxError) -> Failed {
    let words = error.to_string();
    match words.split_once("; ") {
        Some((what, advice)) => {
            let mut advice: Vec<char> = advice.chars().collect();
            if let Some(first) = advice.first_mut() {
                *first = first.to_ascii_uppercase();
            }
            (what.to_owned(), advice.into_iter().collect())
        }
        None => (words, "Look at the settings of this mailbox".to_owned()),
    }
}
