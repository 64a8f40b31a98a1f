//! Reports arrive at a desk on a scratch database.

use std::time::Duration;

use super::*;
use crate::{
    desk::letterhead::{AcknowledgementPolicy, DeliveryErrorPolicy},
    domain::{
        kind::Kind,
        message::{Outcome, Stage},
        our_message_id::MessageIdKey,
        report::worse::Cause,
        site::Site,
        ticket::{Step, Ticket},
    },
    reading,
    store::{Store, blob::Packed, report::By},
    testing::Scratch,
};

const NOON: i64 = 1_795_521_600;

struct Desk {
    store: Store,
    head: Letterhead,
    mailbox: i64,
    _scratch: Scratch,
}

async fn desk() -> Desk {
    let scratch = Scratch::new();
    let store = Store::open(&scratch.database()).await.unwrap();
    store.migrate().await.unwrap();
    let mut work = store.write().await.unwrap();
    let address = "postmaster@college.test";
    let mailbox = store::mailbox::configure(&mut work, "imap", "p", "INBOX", "postmaster", address).await.unwrap();
    work.commit().await.unwrap();
    Desk { store, head: head(), mailbox, _scratch: scratch }
}

fn head() -> Letterhead {
    Letterhead {
        site: Site {
            domains: vec!["college.test".into()],
            hostnames: vec!["mail.college.test".into()],
            ..Site::default()
        },
        language: "en".into(),
        postmaster: "postmaster@college.test".into(),
        zone: jiff::tz::TimeZone::UTC,
        policy: AcknowledgementPolicy {
            enabled: true,
            max_age: Duration::from_hours(72),
            restored_at: None,
            per_address_per_day: 3,
            per_partner_per_day: 50,
            per_hour: 200,
        },
        key: MessageIdKey::new(vec![1; 32]),
        delivery_errors: DeliveryErrorPolicy::default(),
        compose: |_| Err("no mail is sent here".into()),
        writable: |_| true,
    }
}

impl Desk {
    /// A mail arrives and is applied; gives its row and outcome.
    async fn receive(&self, raw: &str, now: Moment) -> (i64, Outcome) {
        let reading = reading::read(raw.as_bytes(), &self.head.site);
        let mut work = self.store.write().await.unwrap();
        let packed = Packed::new(raw.as_bytes()).unwrap();
        let id = store::message::keep(&mut work, self.mailbox, &packed, packed.size, now, Stage::Kept, now)
            .await
            .unwrap()
            .id();
        let arrived = Arrived {
            id,
            mailbox: self.mailbox,
            mailbox_address: "postmaster@college.test",
            internal_date: now,
            stage: Stage::Kept,
        };
        crate::desk::apply::apply(&mut work, &self.head, &arrived, &reading, now).await.unwrap();
        work.commit().await.unwrap();
        let mut view = self.store.read().await.unwrap();
        (id, store::message::get(&mut view, id).await.unwrap().unwrap().outcome)
    }

    async fn tickets(&self) -> Vec<Ticket> {
        let mut view = self.store.read().await.unwrap();
        let filter = store::ticket::Filter { closed_too: true, ..Default::default() };
        store::ticket::list(&mut view, &filter, None, 50).await.unwrap()
    }

    async fn notes(&self, ticket: i64) -> usize {
        let mut view = self.store.read().await.unwrap();
        let events = store::event::of_ticket(&mut view, ticket, 0, 100).await.unwrap();
        events.iter().filter(|event| event.what == crate::domain::event::What::NoteAdded).count()
    }
}

fn day(n: i64) -> Moment {
    Moment::from_secs(NOON + n * 86_400)
}

/// A report of the day before, about one address.
fn dmarc(id: &str, about: &str, at: Moment, policy: &str, source: &str, passed: u32, failed: u32) -> String {
    let begin = at.secs() / 86_400 * 86_400 - 86_400;
    let record = |count: u32, word: &str| {
        if count == 0 {
            return String::new();
        }
        format!(
            "<record><row><source_ip>{source}</source_ip><count>{count}</count><policy_evaluated>\
             <disposition>none</disposition><dkim>{word}</dkim><spf>{word}</spf></policy_evaluated></row>\
             <identifiers><header_from>{about}</header_from></identifiers><auth_results><spf><domain>{about}</domain>\
             <result>{word}</result></spf></auth_results></record>\n"
        )
    };
    format!(
        "From: dmarc@bigmail.test\r\nSubject: Report {id}\r\nMessage-ID: <{id}.{begin}@bigmail.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/xml\r\n\r\n<feedback><report_metadata><org_name>Big Mail</org_name>\
         <email>d@bigmail.test</email>\n<report_id>{id}</report_id><date_range><begin>{begin}</begin><end>{}</end></date_range>\n\
         </report_metadata><policy_published><domain>{about}</domain><p>{policy}</p></policy_published>\n{}{}</feedback>\r\n",
        begin + 86_399,
        record(passed, "pass"),
        record(failed, "fail"),
    )
}

async fn senders(desk: &Desk) -> Vec<(String, i64, i64)> {
    let mut view = desk.store.read().await.unwrap();
    let by = By { domain: "college.test", from: 0 };
    let all = store::report::senders(&mut view, by, store::report::Show::All, None, 10).await.unwrap();
    all.into_iter().map(|s| (s.network, s.mails, s.passed)).collect()
}

#[tokio::test]
async fn a_report_counts_once_and_makes_no_ticket() {
    let desk = desk().await;
    let mail = dmarc("r1", "college.test", day(0), "reject", "192.0.2.1", 40, 2);
    assert_eq!(desk.receive(&mail, day(0)).await.1, Outcome::Filed);
    // The same report in another mail, as reporters send it again.
    assert_eq!(desk.receive(&mail.replace("Subject: Report", "Subject: Once more"), day(0)).await.1, Outcome::Filed);
    assert_eq!(senders(&desk).await, [("192.0.2.0/24".to_owned(), 42, 40)]);
    // Of a subdomain: counted under the served one. Of a stranger: only filed.
    desk.receive(&dmarc("r2", "lists.college.test", day(0), "none", "192.0.2.9", 5, 0), day(0)).await;
    assert_eq!(
        desk.receive(&dmarc("r3", "stranger.test", day(0), "none", "192.0.2.9", 5, 0), day(0)).await.1,
        Outcome::Filed
    );
    assert_eq!(senders(&desk).await, [("192.0.2.0/24".to_owned(), 47, 45)]);
    assert!(desk.tickets().await.is_empty());
    let mut view = desk.store.read().await.unwrap();
    let reporters = store::report::reporters(&mut view, "college.test", 0, 10).await.unwrap();
    assert_eq!(
        reporters.iter().map(|r| (r.organisation.as_str(), r.reports, r.verified, r.broken)).collect::<Vec<_>>(),
        [("Big Mail", 2, 0, 0)]
    );
    assert!(store::report::overview(&mut view, 0).await.unwrap().iter().all(|one| one.domain == "college.test"));
}

#[tokio::test]
async fn a_report_is_verified_where_our_own_server_says_so() {
    let desk = desk().await;
    let mail = dmarc("r1", "college.test", day(0), "reject", "192.0.2.1", 40, 0);
    let result = "Authentication-Results: mail.college.test; dmarc=pass header.from=bigmail.test\r\n";
    desk.receive(&format!("{result}{mail}"), day(0)).await;
    let mut view = desk.store.read().await.unwrap();
    let reporters = store::report::reporters(&mut view, "college.test", 0, 10).await.unwrap();
    assert_eq!((reporters[0].reports, reporters[0].verified), (1, 1));
}

#[tokio::test]
async fn what_becomes_worse_opens_one_ticket_which_is_told_once_a_day() {
    let desk = desk().await;
    for n in 0..20 {
        desk.receive(&dmarc(&format!("a{n}"), "college.test", day(n), "reject", "192.0.2.1", 100, 0), day(n)).await;
    }
    assert!(desk.tickets().await.is_empty());
    desk.receive(&dmarc("b0", "college.test", day(20), "reject", "192.0.2.1", 0, 100), day(20)).await;
    desk.receive(&dmarc("b0b", "college.test", day(20), "reject", "192.0.2.2", 0, 100), day(20)).await;
    let tickets = desk.tickets().await;
    assert_eq!(tickets.len(), 1, "one for domain and cause");
    let ticket = &tickets[0];
    assert_eq!(
        (ticket.kind, ticket.subject.as_str()),
        (Kind::Report, "Mail that used to pass DMARC now fails: college.test")
    );
    assert_eq!(desk.notes(ticket.number).await, 1);
    desk.receive(&dmarc("b1", "college.test", day(21), "reject", "192.0.2.1", 0, 100), day(21)).await;
    desk.receive(&dmarc("b1b", "college.test", day(21), "reject", "192.0.2.2", 0, 100), day(21)).await;
    assert_eq!((desk.tickets().await.len(), desk.notes(ticket.number).await), (1, 2), "once a day");

    // A person closes it: while it goes on it stays closed, and after two quiet weeks it is a new matter.
    let mut work = desk.store.write().await.unwrap();
    let found = store::ticket::get(&mut work, ticket.number).await.unwrap().unwrap();
    let state = found.state.after(&Step::Close("the key was changed".into())).unwrap().unwrap();
    let change = store::ticket::Change { state, ..(&found).into() };
    store::ticket::change(&mut work, &found, change, day(21)).await.unwrap();
    work.commit().await.unwrap();
    desk.receive(&dmarc("b2", "college.test", day(22), "reject", "192.0.2.1", 0, 100), day(22)).await;
    assert_eq!((desk.tickets().await.len(), desk.notes(ticket.number).await), (1, 2));
    for n in 30..60 {
        desk.receive(&dmarc(&format!("c{n}"), "college.test", day(n), "reject", "192.0.2.1", 100, 0), day(n)).await;
    }
    desk.receive(&dmarc("d", "college.test", day(60), "reject", "192.0.2.1", 0, 200), day(60)).await;
    assert_eq!(desk.tickets().await.len(), 2);
    let mut view = desk.store.read().await.unwrap();
    let open = store::report::concerns(&mut view, "college.test").await.unwrap();
    assert_eq!(open.iter().map(|c| c.cause).collect::<Vec<_>>(), [Cause::SenderFails]);
}

#[tokio::test]
async fn old_mail_raises_no_alarm() {
    let desk = desk().await;
    let now = day(90);
    for n in 0..20 {
        desk.receive(&dmarc(&format!("a{n}"), "college.test", day(n), "reject", "192.0.2.1", 100, 0), now).await;
    }
    desk.receive(&dmarc("b0", "college.test", day(20), "none", "192.0.2.1", 0, 100), now).await;
    desk.receive(&dmarc("b1", "college.test", day(21), "none", "192.0.2.1", 0, 100), now).await;
    assert!(desk.tickets().await.is_empty());
    assert_eq!(senders(&desk).await, [("192.0.2.0/24".to_owned(), 2_200, 2_000)]);
}

#[tokio::test]
async fn a_weaker_policy_is_a_ticket_of_its_own() {
    let desk = desk().await;
    for n in 0..20 {
        desk.receive(&dmarc(&format!("a{n}"), "college.test", day(n), "reject", "192.0.2.1", 100, 0), day(n)).await;
    }
    desk.receive(&dmarc("b0", "college.test", day(20), "none", "192.0.2.1", 100, 0), day(20)).await;
    assert!(desk.tickets().await.is_empty(), "one report may be wrong");
    desk.receive(&dmarc("b1", "college.test", day(21), "none", "192.0.2.1", 100, 0), day(21)).await;
    let tickets = desk.tickets().await;
    assert_eq!(
        tickets.iter().map(|t| t.subject.as_str()).collect::<Vec<_>>(),
        ["Our DMARC policy is weaker than before: college.test"]
    );
}

#[tokio::test]
async fn a_tls_report_counts_each_served_domain() {
    let desk = desk().await;
    let begin = day(0).minus(Duration::from_hours(24)).rfc3339();
    let policy = |domain: &str| {
        format!(
            "{{\"policy\":{{\"policy-type\":\"sts\",\"policy-string\":[\"mode: enforce\"],\"policy-domain\":\"{domain}\"}},\
             \"summary\":{{\"total-successful-session-count\":7,\"total-failure-session-count\":3}},\
             \"failure-details\":[{{\"result-type\":\"certificate-expired\",\"failed-session-count\":2,\
             \"receiving-mx-hostname\":\"mx.{domain}\"}}]}}"
        )
    };
    let mail = format!(
        "From: tls@bigmail.test\r\nSubject: TLS\r\nContent-Type: application/tlsrpt+json\r\n\r\n\
         {{\"organization-name\":\"Big Mail\",\"contact-info\":\"x\",\"report-id\":\"t1\",\"date-range\":\
         {{\"start-datetime\":\"{begin}\",\"end-datetime\":\"{begin}\"}},\"policies\":[{},{}]}}\r\n",
        policy("college.test"),
        policy("stranger.test")
    );
    assert_eq!(desk.receive(&mail, day(0)).await.1, Outcome::Filed);
    let mut view = desk.store.read().await.unwrap();
    let by = By { domain: "college.test", from: 0 };
    let sessions = store::report::sessions(&mut view, by, 10).await.unwrap();
    let lines: Vec<_> = sessions.iter().map(|s| (s.result.as_str(), s.mx.as_str(), s.count)).collect();
    assert_eq!(lines, [("certificate-expired", "mx.college.test", 2), ("", "", 1), ("success", "", 7)]);
    assert_eq!(sessions[0].policy, "MTA-STS, mode enforce");
    let overview = store::report::overview(&mut view, 0).await.unwrap();
    assert_eq!(overview.len(), 1);
    assert_eq!((overview[0].sum.passed, overview[0].sum.failed), (7, 3));
}

#[test]
fn a_report_of_many_addresses_keeps_those_of_most_mail_and_the_sum() {
    use crate::domain::report::dmarc::{Aggregate, Policy, Record};
    let records = (0..5_000_u32).map(|n| Record {
        source: format!("10.{}.{}.1", n / 250, n % 250),
        count: if n == 4_321 { 9 } else { 1 },
        header_from: "college.test".into(),
        ..Record::default()
    });
    let policy = Policy { domain: "college.test".into(), ..Policy::default() };
    let aggregate = Aggregate { records: records.collect(), policy, ..Aggregate::default() };
    let part = figures::of_aggregate(&aggregate, &["college.test".to_owned()]).unwrap();
    assert_eq!((part.rows.len(), part.failed), (2_001, 5_008));
    assert_eq!((part.rows[0].source.as_str(), part.rows[2_000].source.as_str()), ("10.17.71.1", ""));
    assert_eq!(part.rows.iter().map(|row| row.count).sum::<i64>(), 5_008);
}
