//! From the configuration to what the jobs need.

use std::{collections::HashMap, fs::File};

use crate::{
    app::{AppError, patience::patience},
    clock::Clock,
    config::{self, Config, DatabaseUrl},
    desk::{
        self,
        letterhead::{AcknowledgementPolicy, Letterhead},
        text,
    },
    domain::{our_message_id::MessageIdKey, secret::Secret, site::Site},
    mail::{
        inbox::{self, Account, Pace},
        oauth::{Flow, Grant},
        outbox::{Patience, Smarthost, compose, writable},
        tls::Tls,
    },
    store::{self, Store, StoreError},
};

/// A file lock beside the embedded database: a second `serve` is refused. The lock ends with the process.
pub(crate) fn lock(config: &Config) -> Result<Option<File>, AppError> {
    let DatabaseUrl::Sqlite(path) = &config.database.url else { return Ok(None) };
    let mut beside = path.clone().into_os_string();
    beside.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(beside).map_err(AppError::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse.into()),
        Err(std::fs::TryLockError::Error(error)) => Err(AppError::Lock(error)),
    }
}

/// Opens the configured database.
///
/// # Errors
/// When it does not answer.
pub(crate) async fn open(config: &Config) -> Result<Store, StoreError> {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) => Store::open(&format!("sqlite:{}", path.display())).await,
        DatabaseUrl::Postgres(url) => Store::open(url.expose()).await,
    }
}

/// Finds out whether this database is a copy that nobody has told so, and marks it then.
pub(super) async fn restored(store: &Store, clock: &Clock) -> Result<(), AppError> {
    if desk::restore::notice(store, clock.now()).await? {
        tracing::warn!(
            "the database was restored from a copy: mail that may have left already waits for a person's word, and \
             what came before now is not acknowledged by itself (docs/operating.md)"
        );
    }
    Ok(())
}

/// What all outgoing mail has in common; makes the installation's secret at the first start.
pub(crate) async fn letterhead(config: &Config, store: &Store, clock: &Clock) -> Result<Letterhead, AppError> {
    let fresh = hex(&clock.unguessable::<32>()?);
    let mut work = store.write().await?;
    let secret = store::setting::get_or_set(&mut work, "message_id_key", &fresh).await?;
    let restored_at = store::restored::at(&mut work).await?;
    work.commit().await?;
    let acknowledge = &config.acknowledge;
    Ok(Letterhead {
        site: Site::from(config),
        language: config.site.language.clone(),
        postmaster: config.site.postmaster.clone(),
        zone: config.site.time_zone.clone(),
        policy: AcknowledgementPolicy {
            enabled: acknowledge.enabled,
            max_age: acknowledge.max_age,
            restored_at,
            per_address_per_day: acknowledge.per_address_per_day.into(),
            per_partner_per_day: acknowledge.per_partner_per_day.into(),
            per_hour: acknowledge.per_hour.into(),
        },
        key: MessageIdKey::new(secret.into_bytes()),
        compose: |mail| compose(mail).map_err(|error| error.to_string()),
        writable,
    })
}

/// Makes the configured mailboxes known; gives their rows in the configuration's order.
pub(super) async fn mailboxes(config: &Config, store: &Store) -> Result<Vec<i64>, StoreError> {
    let mut work = store.write().await?;
    store::mailbox::forget_configured(&mut work).await?;
    let mut ids = Vec::new();
    for mailbox in &config.mailboxes {
        let (host, user, folder) = mailbox.identity();
        ids.push(store::mailbox::configure(&mut work, &host, &user, &folder, &mailbox.name, &mailbox.address).await?);
    }
    work.commit().await?;
    Ok(ids)
}

/// Writes the first version of each mail text that has none.
pub(super) async fn seed_templates(store: &Store, clock: &Clock) -> Result<(), StoreError> {
    let mut work = store.write().await?;
    for (name, body) in text::SEEDS {
        match store::template::save(&mut work, name, 0, body, "installed with postdesk", clock.now()).await {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    work.commit().await
}

const fn tls(tls: config::Tls) -> Tls {
    match tls {
        config::Tls::Implicit => Tls::Implicit,
        config::Tls::StartTls => Tls::StartTls,
        config::Tls::None => Tls::None,
    }
}

/// Where a mailbox is and how to sign in.
pub(crate) fn account(mailbox: &config::Mailbox) -> Account {
    let (secret, grant) = match &mailbox.login {
        config::Login::Password(secret) => (secret.clone(), None),
        config::Login::XOAuth2(oauth) => (Secret::default(), Some(grant(oauth, mailbox))),
    };
    Account {
        host: mailbox.server.host.clone(),
        port: mailbox.server.port,
        tls: tls(mailbox.server.tls),
        ca_file: mailbox.server.ca_file.clone(),
        user: mailbox.user.clone(),
        secret,
        grant,
        folder: mailbox.folder.clone(),
        after: match &mailbox.after {
            config::After::Seen => inbox::After::Seen,
            config::After::Keep => inbox::After::Keep,
            config::After::Move(folder) => inbox::After::Move(folder.clone()),
        },
    }
}

fn grant(oauth: &config::OAuth, mailbox: &config::Mailbox) -> Grant {
    Grant {
        token_url: oauth.token_url.clone(),
        client_id: oauth.client_id.clone(),
        client_secret: oauth.client_secret.clone().unwrap_or_default(),
        scope: oauth.scope.clone().unwrap_or_default(),
        flow: oauth.refresh_token.clone().map_or(Flow::ClientCredentials, Flow::Refresh),
        ca_file: mailbox.server.ca_file.clone(),
    }
}

/// The mailboxes by their rows, for whoever opens a session of its own.
pub(super) fn accounts(config: &Config, rows: &[i64]) -> HashMap<i64, (Account, Pace)> {
    rows.iter().zip(&config.mailboxes).map(|(row, mailbox)| (*row, (account(mailbox), pace(mailbox)))).collect()
}

/// How patient to be with a mailbox's server.
pub(crate) fn pace(mailbox: &config::Mailbox) -> Pace {
    // IDLE ends as often as a server without it would be looked at, so that a dead line is noticed as soon.
    let usual = Pace::default();
    Pace {
        connect: patience(usual.connect),
        answer: patience(usual.answer),
        command: usual.command,
        poll: patience(mailbox.poll),
        idle: patience(mailbox.idle()),
    }
}

/// Where mail is handed over.
pub(crate) fn smarthost(config: &Config) -> Smarthost {
    let server = &config.smtp.server;
    let usual = Patience::default();
    let (user, secret) = match &config.smtp.login {
        Some((user, secret)) => (Some(user.clone()), secret.clone()),
        None => (None, Secret::default()),
    };
    Smarthost {
        host: server.host.clone(),
        port: server.port,
        tls: tls(server.tls),
        ca_file: server.ca_file.clone(),
        user,
        secret,
        hello: config.site.hostnames.first().cloned().unwrap_or_default(),
        patience: Patience {
            connect: patience(usual.connect),
            still_there: patience(usual.still_there),
            command: patience(usual.command),
            text: patience(usual.text),
        },
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}
