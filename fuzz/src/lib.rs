//! What the targets share: a console on a scratch database, to be asked as a program asks.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use postdesk::{
    clock::Clock,
    config::{Accounts, WebLimits},
    desk::letterhead::{AcknowledgementPolicy, DeliveryErrorPolicy, Letterhead},
    domain::{
        evidence::EXCERPT_CHARS, our_message_id::MessageIdKey, reading::Reading, role::Role, site::Site, time::Moment,
        token::hashed,
    },
    mail::outbox::{compose, writable},
    reading,
    store::{self, Store, account::NewAccount, blob::Packed},
    web::{Settings, Web, router},
};
use tower::ServiceExt;

const TOKEN: &str = "a-token-of-the-fuzzer";

/// A console with a token and a little mail.
pub struct Console {
    pub runtime: tokio::runtime::Runtime,
    router: Router,
}

/// The facts of a site, for what reads mail.
pub fn site() -> Site {
    Site {
        name: "College".into(),
        domains: vec!["college.test".into()],
        hostnames: vec!["mx.college.test".into()],
        mailboxes: vec!["postmaster@college.test".into()],
        ..Site::default()
    }
}

/// What holds of every reading of a report, whatever it says.
pub fn hold_report(reading: &Reading) {
    assert!(reading.evidence.iter().all(|e| e.rule != "reading.given-up"), "no parser breaks");
    assert!(reading.evidence.iter().all(|e| e.excerpt.chars().count() <= EXCERPT_CHARS), "excerpts are short");
    let Some(feedback) = &reading.feedback else { return };
    let lists = [&feedback.rcpt_to, &feedback.domains, &feedback.uris];
    assert!(lists.iter().all(|list| list.len() <= 20), "lists are short");
    let source = feedback.source_ip.as_deref();
    assert!(source.is_none_or(|ip| ip.parse::<std::net::IpAddr>().is_ok()), "an address is one");
    if feedback.sealed {
        assert!(reading.text.is_empty() && reading.attachments.is_empty() && feedback.uris.is_empty(), "sealed");
    }
}

/// The one console of this process.
pub fn console() -> &'static Console {
    static CONSOLE: OnceLock<Console> = OnceLock::new();
    CONSOLE.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let router = runtime.block_on(prepare());
        Console { runtime, router }
    })
}

async fn prepare() -> Router {
    let directory = std::env::temp_dir().join(format!("postdesk-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let store = Store::open(&format!("sqlite://{}", directory.join("fuzz.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    let clock = Clock::by_hand(Moment::from_secs(1_795_521_600));
    let now = clock.now();
    let settings = Settings {
        site: site(),
        time_zone: jiff::tz::TimeZone::UTC,
        postmaster: "postmaster@college.test".into(),
        public_url: "http://127.0.0.1:8025".into(),
        trusted_proxies: Vec::new(),
        accounts: Accounts::default(),
        poll: Duration::from_secs(60),
        limits: WebLimits::default(),
    };
    let head = Letterhead {
        site: site(),
        language: "en".into(),
        postmaster: "postmaster@college.test".into(),
        zone: jiff::tz::TimeZone::UTC,
        policy: AcknowledgementPolicy {
            enabled: true,
            max_age: Duration::from_secs(72 * 3600),
            restored_at: None,
            per_address_per_day: 3,
            per_partner_per_day: 50,
            per_hour: 200,
        },
        key: MessageIdKey::new(vec![1; 32]),
        delivery_errors: DeliveryErrorPolicy::default(),
        compose: |mail| compose(mail).map_err(|error| error.to_string()),
        writable,
    };
    let mut work = store.write().await.unwrap();
    let roles = [Role::Postmaster, Role::AuthorisedPostmaster, Role::Administrator];
    let ada = NewAccount { login: "ada", name: "Ada", email: "ada@college.test", roles: &roles, password_hash: "-", now };
    let ada = store::account::add(&mut work, &ada).await.unwrap().unwrap();
    let ends = now.plus(Duration::from_secs(86_400 * 365));
    store::token::add(&mut work, ada, "fuzz", &hashed(TOKEN), false, now, ends).await.unwrap();
    let mailbox = store::mailbox::configure(&mut work, "h", "u", "INBOX", "postmaster", "postmaster@college.test").await;
    let mailbox = mailbox.unwrap();
    work.commit().await.unwrap();
    for n in 0..20 {
        arrive(&store, &head, mailbox, n, now).await;
    }
    router(Web::new(store, clock, settings, Arc::new(head)).await.unwrap())
}

async fn arrive(store: &Store, head: &Letterhead, mailbox: i64, n: u32, now: Moment) {
    let text = format!(
        "From: Mia <mia{n}@example.test>\r\nTo: <postmaster@college.test>\r\nSubject: Spam, number {n}\r\n\
         Message-ID: <{n}@example.test>\r\n\r\nI am receiving spam from your network. Please stop this abuse.\r\n"
    );
    let reading = reading::read(text.as_bytes(), &head.site);
    let mut work = store.write().await.unwrap();
    let packed = Packed::new(text.as_bytes()).unwrap();
    let stage = postdesk::domain::message::Stage::Kept;
    let id = store::message::keep(&mut work, mailbox, &packed, packed.size, now, stage, now).await.unwrap().id();
    let arrived = postdesk::desk::apply::Arrived {
        id,
        mailbox,
        mailbox_address: "postmaster@college.test",
        internal_date: now,
        stage,
    };
    postdesk::desk::apply::apply(&mut work, head, &arrived, &reading, now).await.unwrap();
    work.commit().await.unwrap();
}

impl Console {
    /// Asks with the token; gives status, content type and body.
    pub fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> Option<(StatusCode, String, Vec<u8>)> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(Body::from(body))
            .ok()?;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000))));
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let kind = kind.to_owned();
            Some((parts.status, kind, to_bytes(body, 64 << 20).await.unwrap().to_vec()))
        })
    }

    /// Asks, and holds the answer to what is promised: no mistake of ours, and JSON.
    pub fn hold(&self, method: &str, path: &str, body: Vec<u8>) {
        let Some((status, kind, body)) = self.ask(method, path, body) else { return };
        let text = String::from_utf8_lossy(&body);
        assert!(!status.is_server_error(), "{status} for {method} {path:?}: {text}");
        if !body.is_empty() && path.starts_with("/api/") {
            assert!(kind == "application/json" || kind == "application/problem+json", "{kind} for {path:?}");
        }
    }
}

/// Bytes as the value of a parameter.
pub fn encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}
