//! The request's context: who, from where, at what time. Read anew for every request.

use std::{net::IpAddr, ops::Deref, sync::Arc};

use axum::http::{Method, header, request::Parts};
use tower_sessions::Session;

use super::{
    bearer,
    standing::{Standing, owes_factor},
};
use crate::{
    access::{Rights, grant},
    domain::{account::Account, kind::Kind, ticket::State, time::Moment},
    store::{View, account, counter, session as stored},
    web::{Chrome, NavItem, Notice, Undo, Web, WebError, WebResult, When, client, cookie, csrf, session},
};

/// The request's context. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Visit(Arc<Inner>);

/// What a visit knows.
#[derive(Debug)]
pub struct Inner {
    /// What every handler can reach.
    pub web: Web,
    /// Who is signed in; never a disabled account.
    pub account: Option<Account>,
    /// Who has typed the password and owes the second factor. Such a visit has no account and no rights.
    pub half: Option<Account>,
    /// What their roles allow.
    pub rights: Rights,
    /// The form token; empty for a visitor who has no form yet.
    pub csrf: String,
    /// The path asked for.
    pub path: String,
    /// The time of the request.
    pub now: Moment,
    /// Where the request comes from, if known.
    pub client: Option<IpAddr>,
    /// The session behind the cookie.
    pub(in crate::web) session: Session,
    /// Whether this session has shown the second factor.
    factor: bool,
    /// What the browser calls itself.
    pub(in crate::web) browser: String,
    /// Whether a program asks, with a token.
    is_program: bool,
    /// Where to come back to after sign-in.
    back: String,
    /// Whether the answer is looked at as a page, not fetched as a part of one.
    whole: bool,
}

impl Deref for Visit {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Visit {
    /// Reads session and account, once for each request.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::web) async fn load(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        if let Some(visit) = parts.extensions.get::<Self>() {
            return Ok(visit.clone());
        }
        let session = parts.extensions.get::<Session>().cloned();
        let session = session.ok_or_else(|| WebError::unexpected("no session layer stands before this handler"))?;
        let now = web.clock.now();
        let is_program = parts.uri.path().starts_with("/api/");
        // A program shows its token at every request; a cookie opens nothing there.
        let standing = if is_program {
            Standing::of_program(bearer::account(parts, web, now).await?)
        } else {
            Standing::of_browser(&session, web, now).await?
        };
        let Standing { account, half, factor } = standing;
        let csrf = match account.as_ref().or(half.as_ref()) {
            Some(_) if is_program => String::new(),
            Some(_) => session.get::<String>(session::CSRF).await?.unwrap_or_default(),
            None => {
                cookie::read(&parts.headers, &web.settings, csrf::VISITOR).map(csrf::of_visitor).unwrap_or_default()
            }
        };
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let here = parts.uri.path_and_query().map_or("/", |asked| asked.as_str());
        let back = match parts.method {
            Method::GET | Method::HEAD => here,
            // A form that was sent too late: back to the page it stood on.
            _ => text(header::REFERER.as_str()).strip_prefix(web.settings.public_url.as_str()).unwrap_or("/"),
        };
        let visit = Self(Arc::new(Inner {
            rights: account.as_ref().map(grant).unwrap_or_default(),
            csrf,
            path: parts.uri.path().to_owned(),
            now,
            is_program,
            client: client::address(parts, &web.settings.trusted_proxies),
            browser: text(header::USER_AGENT.as_str()).chars().take(200).collect(),
            back: back.to_owned(),
            whole: matches!(text("sec-fetch-dest"), "" | "document"),
            web: web.clone(),
            account,
            half,
            factor,
            session,
        }));
        parts.extensions.insert(visit.clone());
        Ok(visit)
    }

    /// What every page knows. Takes the notice of the last act, so that it is shown once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn chrome(&self, view: &mut View, title: impl Into<String>) -> WebResult<Chrome> {
        let (waiting, stuck) = if self.rights.reader().is_some() { self.attention(view).await? } else { (0, 0) };
        let notice = if self.whole && self.account.is_some() { self.told().await? } else { None };
        Ok(Chrome {
            title: title.into(),
            site_name: self.web.settings.site.name.clone(),
            nav: self.nav(waiting, stuck),
            search: self.rights.reader().is_some(),
            account: self.account.as_ref().map(|account| (account.login.clone(), account.name.clone())),
            csrf: self.csrf.clone(),
            assets: self.web.assets.root().to_owned(),
            waiting,
            notice,
        })
    }

    /// How many tickets need attention, because nobody has begun to work on them, and how many messages could not be
    /// imported. Quarantine counts for who may see it (D12).
    async fn attention(&self, view: &mut View) -> WebResult<(i64, i64)> {
        let held = Kind::QuarantineNotice;
        let [new, acknowledged] = [State::New, State::Acknowledged].map(|state| format!("ticket.{state}"));
        let [held_new, held_acknowledged] = [&new, &acknowledged].map(|state| format!("{state}.{held}"));
        let names = [
            new.as_str(),
            &acknowledged,
            &held_new,
            &held_acknowledged,
            "message.stage.not_imported",
            "message.stage.too_large",
        ];
        let [new, acknowledged, held_new, held_acknowledged, failed, large] = counter::several(view, names).await?;
        let hidden = if self.rights.authorised_postmaster().is_some() { 0 } else { held_new + held_acknowledged };
        Ok((new + acknowledged - hidden, failed + large))
    }

    fn nav(&self, waiting: i64, stuck: i64) -> Vec<NavItem> {
        let (reader, administrator) = (self.rights.reader().is_some(), self.rights.administrator().is_some());
        let places = [
            (reader, "/", "Today", 0),
            (reader, "/tickets", "Tickets", waiting),
            (reader, "/messages", "Messages", 0),
            (reader, "/delivery-errors", "Delivery errors", 0),
            (reader, "/not-imported", "Not imported", stuck),
            (reader || administrator, "/mailboxes", "Mailboxes", 0),
            (self.rights.authorised_postmaster().is_some(), "/confirmations", "Confirmations", 0),
            (administrator, "/accounts", "Accounts", 0),
            (administrator, "/settings/templates", "Mail texts", 0),
        ];
        let within = |place: &str| {
            self.path == place
                || (place != "/" && self.path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
        };
        let item = |(_, href, label, count): (bool, &str, &str, i64)| NavItem {
            href: href.to_owned(),
            label: label.to_owned(),
            current: within(href),
            count,
        };
        places.into_iter().filter(|place| place.0).map(item).collect()
    }

    /// Says something to the person on the next page. `kind` is `done`, `info`, `waiting` or `late`.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn tell(&self, kind: &str, text: impl Into<String>) -> WebResult<()> {
        self.session.insert(session::NOTICE, (kind, text.into())).await?;
        Ok(())
    }

    /// The same, of something done that can be taken back.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn tell_undoable(&self, text: impl Into<String>, undo: Undo) -> WebResult<()> {
        self.session.insert(session::UNDO, undo).await?;
        self.tell("done", text).await
    }

    async fn told(&self) -> WebResult<Option<Notice>> {
        if self.session.get_value(session::NOTICE).await?.is_none() {
            return Ok(None);
        }
        let undo: Option<Undo> = self.session.remove(session::UNDO).await?;
        let told: Option<(String, String)> = self.session.remove(session::NOTICE).await?;
        let kind = |word: &str| ["done", "waiting", "late"].into_iter().find(|known| *known == word).unwrap_or("info");
        Ok(told.map(|(word, text)| Notice { kind: kind(&word), text, undo }))
    }

    /// The rights of this visit as they are now; `None` if its session or account has ended. For answers that last.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::web) async fn still(&self) -> WebResult<Option<Rights>> {
        let (Some(id), Some(account)) = (self.session.id(), &self.account) else { return Ok(None) };
        let mut view = self.web.store.read().await?;
        let now = self.web.clock.now();
        if stored::load(&mut view, &session::hashed(&id), now).await?.is_none() {
            return Ok(None);
        }
        let account = account::get(&mut view, account.id).await?.filter(|account| !account.disabled);
        Ok(account.filter(|account| !owes_factor(account, self.factor, &self.web)).as_ref().map(grant))
    }

    /// A moment as this person reads it.
    #[must_use]
    pub fn when(&self, moment: Moment) -> When {
        When::of(moment, self.now, &self.web.settings.time_zone)
    }

    /// Sign in first, and come back here; for a program, send a token.
    #[must_use]
    pub fn to_sign_in(&self) -> WebError {
        if self.is_program {
            return WebError::Token;
        }
        if self.half.is_some() {
            return WebError::Code(self.back.clone());
        }
        WebError::SignIn(self.back.clone())
    }
}
