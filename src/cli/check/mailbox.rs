//! Whether each mailbox lets us in, and what its server can do.

use super::Finding;
use crate::{
    app,
    clock::Clock,
    config::{After, Config, Mailbox},
    domain::secret::Secret,
    mail::{
        inbox::{Abilities, Inbox},
        oauth::{Flow, TokenSource},
    },
    store::{self, Schema, Store, StoreError},
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

/// An access token. A refresh token that was rotated is the kept one, and its successor is kept in turn: the old one may
/// be void by now. No transaction is open while the endpoint is asked, which may take its time.
async fn token(config: &Config, mailbox: &Mailbox, clock: &Clock) -> Result<Option<Secret>, Failed> {
    let Some(grant) = app::account(mailbox).grant else { return Ok(None) };
    if matches!(grant.flow, Flow::ClientCredentials) {
        let mut source = TokenSource::new(grant, "").map_err(|error| remedy(&error))?;
        return Ok(Some(source.access(clock.now()).await.map_err(|error| remedy(&error))?.0));
    }
    let store = app::open(config).await.map_err(|_| unready())?;
    if !matches!(store.schema().await, Ok(Schema::Current)) {
        return Err(unready());
    }
    let (id, kept) = kept(&store, mailbox).await.map_err(|_| unready())?;
    let mut source = TokenSource::new(grant, &kept).map_err(|error| remedy(&error))?;
    let (access, renewed) = source.access(clock.now()).await.map_err(|error| remedy(&error))?;
    if let Some(refresh) = renewed.and_then(|renewed| renewed.refresh) {
        let keep = async {
            let mut work = store.write().await?;
            store::mailbox::keep_refresh_token(&mut work, id, source.to_keep(&refresh).expose()).await?;
            work.commit().await
        };
        keep.await.map_err(|_: StoreError| unready())?;
    }
    store.close().await;
    Ok(Some(access))
}

/// The mailbox's row, made if it has none yet, and the refresh token that is kept in it.
async fn kept(store: &Store, mailbox: &Mailbox) -> Result<(i64, String), StoreError> {
    let (host, user, folder) = mailbox.identity();
    let mut work = store.write().await?;
    let id = store::mailbox::configure(&mut work, &host, &user, &folder, &mailbox.name, &mailbox.address).await?;
    let kept = store::mailbox::refresh_token(&mut work, id).await?;
    work.commit().await?;
    Ok((id, kept))
}

fn unready() -> Failed {
    let words = "the refresh token is kept in the database, which is not ready";
    (words.into(), "See to the database first: `postdesk migrate`".into())
}

/// The error's words hold the advice after a semicolon.
fn remedy(error: &impl std::fmt::Display) -> Failed {
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
