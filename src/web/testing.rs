//! A browser without a window, and a console on a scratch database, for the tests of this room.

pub(super) mod arriving;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::Response,
};
use jiff::tz::TimeZone;
use tower::ServiceExt;
use tower_sessions::session::Id;

use super::{Settings, Web, csrf, router, session};
use crate::{
    clock::Clock,
    config::{Accounts, WebLimits},
    desk::letterhead::{AcknowledgementPolicy, DeliveryErrorPolicy, Letterhead},
    domain::{event::What, our_message_id::MessageIdKey, role::Role, secret::Secret, site::Site, time::Moment},
    store::{
        Store,
        account::{self, NewAccount},
        event, session as stored,
    },
    testing::Scratch,
};

pub(super) const PASSWORD: &str = "correct horse battery";
pub(super) const ORIGIN: &str = "http://127.0.0.1:8025";

/// A console on a scratch database, with its clock in the test's hand.
pub(super) struct Desk {
    pub web: Web,
    pub clock: Clock,
    router: Router,
    scratch: Scratch,
}

/// One browser with its cookies.
pub(super) struct Browser<'a> {
    desk: &'a Desk,
    pub cookies: BTreeMap<String, String>,
    /// The form token, where it is known without a page.
    pub csrf: String,
    pub peer: SocketAddr,
}

pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub(super) fn place(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |place| place.to_str().unwrap())
    }

    /// The form token of the page.
    pub(super) fn csrf(&self) -> String {
        let field = self.text.split_once("name=\"csrf\" value=\"").map_or("", |(_, rest)| rest);
        field.split_once('"').map_or("", |(token, _)| token).to_owned()
    }
}

/// What outgoing mail has in common, for a console that sends none.
fn letterhead(site: Site) -> Letterhead {
    Letterhead {
        site,
        language: "en".into(),
        postmaster: "postmaster@college.test".into(),
        zone: TimeZone::UTC,
        policy: AcknowledgementPolicy {
            enabled: true,
            max_age: Duration::from_hours(72),
            restored_at: None,
            per_address_per_day: 3,
            per_partner_per_day: 50,
            per_hour: 200,
        },
        delivery_errors: DeliveryErrorPolicy::default(),
        key: MessageIdKey::new(vec![1; 32]),
        compose: |mail| crate::mail::outbox::compose(mail).map_err(|error| error.to_string()),
        writable: crate::mail::outbox::writable,
    }
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::at(ORIGIN).await
    }

    /// One that requires the second factor, as sites do.
    pub(super) async fn strict() -> Self {
        Self::with(ORIGIN, Accounts::default()).await
    }

    pub(super) async fn at(public_url: &str) -> Self {
        // Most tests are about something else than the second factor.
        Self::with(public_url, Accounts { second_factor: false, ..Accounts::default() }).await
    }

    async fn with(public_url: &str, accounts: Accounts) -> Self {
        let scratch = Scratch::new();
        let store = Store::open(&scratch.database()).await.unwrap();
        store.migrate().await.unwrap();
        let clock = Clock::by_hand(Moment::from_secs(1_795_521_600));
        let settings = Settings {
            site: Site {
                name: "College".into(),
                domains: vec!["college.test".into()],
                child_protection: vec!["nobody".into(), "kim".into()],
                directory: vec!["dean@college.test".into()],
                ..Site::default()
            },
            time_zone: TimeZone::UTC,
            postmaster: "postmaster@college.test".into(),
            public_url: public_url.into(),
            trusted_proxies: Vec::new(),
            accounts,
            poll: Duration::from_mins(1),
            limits: WebLimits::default(),
        };
        let head = Arc::new(letterhead(settings.site.clone()));
        let web = Web::new(store, clock.clone(), settings, head).await.unwrap();
        Self { router: router(web.clone()), web, clock, scratch }
    }

    /// Where its database is.
    pub(super) fn database(&self) -> String {
        self.scratch.database()
    }

    pub(super) async fn account(&self, login: &str, roles: &[Role]) -> i64 {
        let password_hash = self.web.passwords.hash(&Secret::new(PASSWORD.into())).await.unwrap();
        let mut work = self.web.store.write().await.unwrap();
        let email = format!("{login}@college.test");
        let now = self.clock.now();
        let new = NewAccount { login, name: login, email: &email, roles, password_hash: &password_hash, now };
        let id = account::add(&mut work, &new).await.unwrap().unwrap();
        work.commit().await.unwrap();
        id
    }

    /// All events: what happened, and why.
    pub(super) async fn events(&self) -> Vec<(What, String)> {
        let mut view = self.web.store.read().await.unwrap();
        let all = event::after(&mut view, 0, 10_000).await.unwrap();
        all.into_iter().map(|event| (event.what, event.why)).collect()
    }

    /// Another place where large messages come from.
    pub(super) fn raw_source(&mut self, raw: super::RawSource) {
        self.web = self.web.clone().with_raw_source(raw);
        self.router = router(self.web.clone());
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser {
            desk: self,
            cookies: BTreeMap::new(),
            csrf: String::new(),
            peer: SocketAddr::from(([192, 0, 2, 1], 4000)),
        }
    }

    /// A visitor who has seen a form before sign-in.
    pub(super) fn visiting(&self) -> Browser<'_> {
        let mut browser = self.browser();
        browser.cookies.insert(csrf::VISITOR.into(), "seen".into());
        browser.csrf = csrf::masked(&csrf::of_visitor("seen"), &self.clock).unwrap();
        browser
    }

    /// One with a session that was opened without a sign-in, since many sign-ins take long.
    pub(super) async fn seated(&self, login: &str, factor: bool) -> Browser<'_> {
        let now = self.clock.now();
        let mut work = self.web.store.write().await.unwrap();
        let account = account::by_login(&mut work, login).await.unwrap().unwrap();
        let id = Id(i128::from_le_bytes(self.clock.unguessable().unwrap()));
        let data = serde_json::json!({
            session::ACCOUNT: account.id, session::FACTOR: factor, session::PROVED: now.millis(), session::CSRF: "seated",
        });
        let row = stored::Session {
            id: session::hashed(&id),
            number: i64::from_le_bytes(self.clock.unguessable().unwrap()) & 0xffff_ffff_ffff,
            account_id: Some(account.id),
            data: data.to_string(),
            user_agent: String::new(),
            address: String::new(),
            created_at: now.millis(),
            seen_at: now.millis(),
            expires_at: now.plus(Duration::from_hours(1)).millis(),
        };
        stored::save(&mut work, &row).await.unwrap();
        work.commit().await.unwrap();
        let mut browser = self.browser();
        browser.cookies.insert(session::COOKIE.into(), id.to_string());
        browser.csrf = csrf::masked("seated", &self.clock).unwrap();
        browser
    }

    pub(super) async fn signed_in(&self, login: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.sign_in(login, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }
}

impl Browser<'_> {
    async fn send(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        self.desk.router.clone().oneshot(request).await.unwrap()
    }

    /// The answer to one request, its cookies not kept and its body still to come.
    pub(super) async fn ask_only(&mut self, request: Request<Body>) -> Response {
        self.send(request).await
    }

    /// The answer with its body still to come.
    pub(super) async fn ask_whole(&mut self, path: &str) -> Response {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn ask(&mut self, request: Request<Body>) -> Answer {
        let (parts, body) = self.send(request).await.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let text = String::from_utf8_lossy(&to_bytes(body, 4 << 20).await.unwrap()).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with whatever token it is given.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded = |text: &str| text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::ORIGIN, ORIGIN)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// Opens the page `from` and sends its form.
    pub(super) async fn fill(&mut self, from: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get(from).await.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    pub(super) async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.fill("/sign-in", "/sign-in", &[("login", login), ("password", password), ("next", "/tickets")]).await
    }
}
