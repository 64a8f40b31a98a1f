//! Sign-in sessions in our own table, under our own clock.
//!
//! tower-sessions gives the cookie and the life cycle. The end of a session is our own column, not the crate's: 12 hours
//! without use, 7 days in all. Ids are ours too, fresh at every creation, so that no id survives a sign-in.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::{SameSite, time::OffsetDateTime},
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::{Web, cookie};
use crate::{
    clock::Clock,
    domain::time::Moment,
    store::{
        Store, StoreError,
        session::{self, Session},
    },
};

/// The longest time without use.
const IDLE: Duration = Duration::from_hours(12);
/// The longest time in all.
const WHOLE: Duration = Duration::from_hours(7 * 24);
/// How long the second half of a sign-in may take.
pub(super) const HALF: Duration = Duration::from_mins(10);
/// How exactly use is noted: a write a minute is enough.
const NOTED: Duration = Duration::from_mins(1);

/// The name of the session cookie, before any prefix.
pub(super) const COOKIE: &str = "postdesk";
/// The account's id.
pub(super) const ACCOUNT: &str = "account";
/// Whether the second factor was shown, in this session.
pub(super) const FACTOR: &str = "factor";
/// When the password was typed, in milliseconds.
pub(super) const PROVED: &str = "proved";
/// What the key of a second factor that is being set up is made of.
pub(super) const ENROLMENT: &str = "enrolment";
/// The token that every form of this session carries.
pub(super) const CSRF: &str = "csrf";
/// What the last act did, for the next page.
pub(super) const NOTICE: &str = "notice";
/// How that can be taken back, if it can.
pub(super) const UNDO: &str = "undo";
/// The browser, as it called itself at sign-in.
pub(super) const BROWSER: &str = "browser";
/// The address at sign-in.
pub(super) const ADDRESS: &str = "address";

/// Sessions over our store.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    store: Store,
    clock: Clock,
}

/// The layer that reads the cookie and writes it back. A visitor who only looks gets no row and no cookie.
pub(super) fn layer(web: &Web) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions { store: web.store.clone(), clock: web.clock.clone() })
        .with_name(cookie::name(&web.settings, COOKIE))
        .with_secure(web.settings.is_secure())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// What is stored of a session's id.
pub(super) fn hashed(id: &Id) -> String {
    Sha256::digest(id.to_string()).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn ends(began: Moment, now: Moment) -> Moment {
    now.plus(IDLE).min(began.plus(WHOLE))
}

impl Sessions {
    fn row(&self, record: &Record, number: i64, began: Moment) -> Result<Session> {
        let now = self.clock.now();
        let text = |key: &str| {
            record.data.get(key).and_then(Value::as_str).unwrap_or_default().chars().take(200).collect::<String>()
        };
        Ok(Session {
            id: hashed(&record.id),
            number,
            account_id: record.data.get(ACCOUNT).and_then(Value::as_i64),
            data: serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?,
            user_agent: text(BROWSER),
            address: text(ADDRESS),
            created_at: began.millis(),
            seen_at: now.millis(),
            expires_at: ends(began, now).millis(),
        })
    }

    async fn note_use(&self, id: &str, began: Moment, now: Moment) -> std::result::Result<(), StoreError> {
        let mut work = self.store.write().await?;
        session::seen(&mut work, id, now, ends(began, now)).await?;
        work.commit().await
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // The crate would keep the id of a session that was emptied at sign-in.
        record.id = Id(i128::from_le_bytes(self.clock.unguessable().map_err(backend)?));
        let number = i64::from_le_bytes(self.clock.unguessable().map_err(backend)?) & 0x1f_ffff_ffff_ffff;
        let row = self.row(record, number, self.clock.now())?;
        let mut work = self.store.write().await.map_err(backend)?;
        session::save(&mut work, &row).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let now = self.clock.now();
        let mut work = self.store.write().await.map_err(backend)?;
        // One that was ended meanwhile stays ended: saving what another request changed must not bring it back.
        let Some(kept) = session::load(&mut work, &hashed(&record.id), now).await.map_err(backend)? else {
            return Ok(());
        };
        let row = self.row(record, kept.number, Moment::from_millis(kept.created_at))?;
        session::update(&mut work, &row).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let (now, hash) = (self.clock.now(), hashed(id));
        let mut view = self.store.glance().await.map_err(backend)?;
        let found = session::load(&mut view, &hash, now).await.map_err(backend)?;
        drop(view);
        let Some(row) = found else { return Ok(None) };
        if now.since(Moment::from_millis(row.seen_at)) > NOTED
            && let Err(error) = self.note_use(&hash, Moment::from_millis(row.created_at), now).await
        {
            // A full disk must not keep people from reading.
            tracing::warn!(%error, "the use of a session was not noted");
        }
        let data = serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at / 1000).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut work = self.store.write().await.map_err(backend)?;
        session::delete(&mut work, &hashed(id)).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_twelve_hours_and_after_seven_days() {
        let began = Moment::from_secs(1_000_000);
        assert_eq!(ends(began, began), began.plus(IDLE));
        assert_eq!(ends(began, began.plus(WHOLE).minus(Duration::from_hours(1))), began.plus(WHOLE));
    }
}
