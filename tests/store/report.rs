use postdesk::{
    domain::{
        kind::Kind,
        report::{
            Proof, Sort,
            dmarc::{Disposition, Verdict},
            worse::{Cause, Tally},
        },
        ticket::State,
        time::Moment,
    },
    store::{
        Store,
        report::{self, By, Concern, NewReport, NewRow, NewSessions, Show},
        ticket,
    },
};

use super::{letter, on_both, view, work};
use crate::world::noon;

fn today() -> i64 {
    noon().secs() / 86_400
}

fn new(id: &'static str, sort: Sort, day: i64) -> NewReport<'static> {
    NewReport {
        sort,
        organisation: "Big Mail",
        domain: "college.test",
        about: "college.test",
        id,
        begin: Moment::from_secs(day * 86_400),
        end: Moment::from_secs(day * 86_400 + 86_399),
        day,
        message: 7,
        proof: Proof::Dmarc,
        conforming: true,
        flaw: "",
        policy: "p=reject",
        strength: Some(200),
        passed: 10,
        failed: 4,
        records: 2,
        left_out: 0,
        received: noon(),
    }
}

fn row(source: &str, verdict: Verdict, count: i64) -> NewRow {
    let (network, _) = source.rsplit_once('.').unwrap_or((source, ""));
    NewRow {
        network: format!("{network}.0/24"),
        source: source.into(),
        name: if verdict == Verdict::Alignment { "mailer.test".into() } else { String::new() },
        count,
        verdict,
        disposition: if verdict.passes() { Disposition::None } else { Disposition::Reject },
        excused: false,
        reason: String::new(),
        header_from: "college.test".into(),
        envelope_from: "a\0b".into(),
        dkim: "college.test (s1): fail".into(),
        spf: "college.test: fail".into(),
    }
}

async fn add(store: &Store, new: &NewReport<'_>, rows: &[NewRow]) -> Option<i64> {
    let mut w = store.write().await.expect("a work");
    report::take_turns(&mut w).await.expect("a turn");
    let id = report::add(&mut w, new).await.expect("a report");
    if let Some(id) = id {
        report::add_rows(&mut w, id, new.domain, new.day, rows).await.expect("rows");
    }
    w.commit().await.expect("a commit");
    id
}

on_both!(the_same_report_counts_once, |store| {
    let day = today();
    let rows = [row("192.0.2.7", Verdict::Both, 10), row("198.51.100.3", Verdict::Alignment, 4)];
    let report = new("r1", Sort::Dmarc, day);
    assert!(add(&store, &report, &rows).await.is_some());
    let again = NewReport { organisation: "BIG mail ", message: 8, ..report.clone() };
    assert_eq!(add(&store, &again, &rows).await, None, "case and spaces of a name make no other reporter");
    let others = [
        NewReport {
            organisation: "Small Mail",
            proof: Proof::Unverified,
            conforming: false,
            flaw: "no record",
            ..report.clone()
        },
        NewReport { id: "r2", ..report.clone() },
        NewReport { sort: Sort::Tls, ..report.clone() },
        NewReport { domain: "lab.test", ..report.clone() },
    ];
    for other in &others {
        assert!(add(&store, other, &[]).await.is_some());
    }
    let days = view!(store, v => report::days(&mut v, "college.test", Sort::Dmarc, day - 5));
    assert_eq!(days.iter().map(|d| (d.day, d.passed, d.failed)).collect::<Vec<_>>(), [(day, 30, 12)]);
    assert_eq!(view!(store, v => report::first_day(&mut v, "college.test")), Some(day));
    assert_eq!(view!(store, v => report::first_day(&mut v, "nobody.test")), None);
    let reporters = view!(store, v => report::reporters(&mut v, "college.test", day, 10));
    let told: Vec<_> = reporters
        .iter()
        .map(|r| {
            (r.organisation.as_str(), r.sort, r.reports, r.verified, r.broken, r.flaw.as_str(), r.counted, r.message)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Big Mail", Sort::Dmarc, 2, 2, 0, "", 28, 7),
            ("Big Mail", Sort::Tls, 1, 1, 0, "", 14, 7),
            ("Small Mail", Sort::Dmarc, 1, 0, 1, "no record", 14, 7),
        ]
    );
    assert_eq!(view!(store, v => report::reporters(&mut v, "college.test", day + 1, 10)).len(), 0);
    let overview = view!(store, v => report::overview(&mut v, day));
    let sums: Vec<_> =
        overview.iter().map(|o| (o.domain.as_str(), o.sort, o.sum.reports, o.sum.passed, o.sum.failed)).collect();
    assert_eq!(
        sums,
        [
            ("college.test", Sort::Dmarc, 3, 30, 12),
            ("college.test", Sort::Tls, 1, 10, 4),
            ("lab.test", Sort::Dmarc, 1, 10, 4),
        ]
    );
    let mut policies = view!(store, v => report::policies(&mut v, day));
    policies.sort();
    // That of lab.test is about another name.
    assert_eq!(
        policies,
        [
            ("college.test".to_owned(), Sort::Dmarc, "p=reject".to_owned()),
            ("college.test".to_owned(), Sort::Tls, "p=reject".to_owned()),
        ]
    );
});

on_both!(senders_are_listed_by_network_with_what_became_of_their_mail, |store| {
    let day = today();
    let rows = [
        row("192.0.2.7", Verdict::Both, 10),
        row("192.0.2.8", Verdict::Spf, 5),
        row("192.0.2.8", Verdict::Signature, 1),
        row("198.51.100.3", Verdict::Alignment, 4),
        NewRow { excused: true, reason: "mailing list".into(), ..row("198.51.100.4", Verdict::Nothing, 3) },
    ];
    add(&store, &new("r1", Sort::Dmarc, day - 3), &rows[..2]).await;
    add(&store, &new("r2", Sort::Dmarc, day), &rows).await;
    let by = By { domain: "college.test", from: day - 30 };
    let all = view!(store, v => report::senders(&mut v, by, Show::All, None, 10));
    assert_eq!(all.len(), 2);
    let first = &all[0];
    assert_eq!((first.network.as_str(), first.name.as_str(), first.sources), ("192.0.2.0/24", "", 2));
    assert_eq!((first.mails, first.passed, first.signature, first.refused), (31, 30, 1, 1));
    assert_eq!((first.first_day, first.last_day), (day - 3, day));
    let second = &all[1];
    assert_eq!((second.name.as_str(), second.mails, second.passed), ("mailer.test", 7, 0));
    assert_eq!((second.alignment, second.unproved, second.excused, second.quarantined), (4, 3, 3, 0));
    // Pages follow one another, and the days looked at are those asked for.
    let next = view!(store, v => report::senders(&mut v, by, Show::All, Some((31, "192.0.2.0/24")), 10));
    assert_eq!(next, all[1..]);
    let lately = By { domain: "college.test", from: day };
    assert_eq!(view!(store, v => report::senders(&mut v, lately, Show::All, None, 1))[0].mails, 16);
    assert_eq!(view!(store, v => report::senders(&mut v, by, Show::Failing, None, 10)).len(), 2);
    assert_eq!(view!(store, v => report::senders(&mut v, by, Show::Passing, None, 10)).len(), 0);
    assert_eq!(view!(store, v => report::senders(&mut v, By { domain: "x.test", ..by }, Show::All, None, 10)).len(), 0);

    let addresses = view!(store, v => report::addresses(&mut v, by, Some("192.0.2.0/24"), 10));
    let lines: Vec<_> = addresses.iter().map(|a| (a.source.as_str(), a.verdict, a.mails, a.first_day)).collect();
    assert_eq!(
        lines,
        [
            ("192.0.2.7", Verdict::Both, 20, day - 3),
            ("192.0.2.8", Verdict::Spf, 10, day - 3),
            ("192.0.2.8", Verdict::Signature, 1, day),
        ]
    );
    assert_eq!(addresses[0].envelope_from, "a\u{fffd}b");
    assert_eq!(view!(store, v => report::addresses(&mut v, by, None, 2)).len(), 2);
    let outcomes = view!(store, v => report::outcomes(&mut v, by));
    assert_eq!(
        outcomes.iter().map(|o| (o.verdict, o.excused, o.mails)).collect::<Vec<_>>(),
        [
            (Verdict::Both, false, 20),
            (Verdict::Spf, false, 10),
            (Verdict::Alignment, false, 4),
            (Verdict::Nothing, true, 3),
            (Verdict::Signature, false, 1),
        ]
    );
});

on_both!(sessions_are_added_up_by_result, |store| {
    let day = today();
    let line = |result: &str, count| NewSessions {
        policy: "MTA-STS, mode enforce".into(),
        result: result.into(),
        mx: "mx.college.test".into(),
        count,
        detail: "7".into(),
    };
    for (id, at) in [("t1", day - 1), ("t2", day)] {
        let report = new(id, Sort::Tls, at);
        let row = add(&store, &report, &[]).await.expect("new");
        let lines = [line("success", 90), line("certificate-expired", 3)];
        work!(store, w => report::add_sessions(&mut w, row, "college.test", at, &lines));
    }
    let found = view!(store, v => report::sessions(&mut v, By { domain: "college.test", from: 0 }, 10));
    let lines: Vec<_> = found.iter().map(|s| (s.result.as_str(), s.count, s.first_day, s.last_day)).collect();
    assert_eq!(lines, [("certificate-expired", 6, day - 1, day), ("success", 180, day - 1, day)]);
});

on_both!(the_history_holds_both_spans, |store| {
    let day = today();
    for n in 1..=20 {
        let id: &'static str = Box::leak(format!("r{n}").into_boxed_str());
        let bad = NewRow { excused: n % 2 == 0, ..row("192.0.2.9", Verdict::Nothing, 1) };
        add(&store, &new(id, Sort::Dmarc, day - n), &[row("192.0.2.7", Verdict::Both, 10), bad]).await;
        let weaker = NewReport { strength: Some(if n <= 3 { 0 } else { 100 }), ..new(id, Sort::Tls, day - n) };
        let row = add(&store, &weaker, &[]).await.expect("new");
        let trouble = NewSessions {
            policy: String::new(),
            result: "sts-policy-fetch-error".into(),
            mx: String::new(),
            count: 2,
            detail: String::new(),
        };
        let lines = if n <= 3 { vec![trouble] } else { Vec::new() };
        work!(store, w => report::add_sessions(&mut w, row, "college.test", day - n, &lines));
    }
    let history = view!(store, v => report::history(&mut v, "college.test", day));
    // Of the last four days the present one has no report yet.
    assert_eq!(history.dmarc_days, 17);
    let [sender] = history.senders.as_slice() else { panic!("one sender") };
    assert_eq!(sender.before, Tally { days: 17, passed: 170, failed: 8 });
    assert_eq!(sender.lately, Tally { days: 3, passed: 30, failed: 2 });
    assert_eq!(history.tls.before, Tally { days: 17, passed: 170, failed: 68 });
    assert_eq!(history.tls_policy.before, Tally { days: 17, passed: 238, failed: 0 });
    assert_eq!(history.tls_policy.lately, Tally { days: 3, passed: 36, failed: 6 });
    assert_eq!(history.dmarc.before, Some(200));
    assert_eq!(history.sts.before, Some(100));
    assert_eq!(history.sts.lately, [(0, "p=reject".to_owned()), (0, "p=reject".to_owned())]);
    let none = view!(store, v => report::history(&mut v, "nobody.test", day));
    assert_eq!(none, postdesk::domain::report::worse::History::default());
});

on_both!(a_concern_has_one_ticket, |store| {
    let number = letter::ticket(&store, Kind::Report, "Worse").await;
    let concern = Concern {
        domain: "college.test".into(),
        cause: Cause::NewSender,
        ticket: number,
        words: "a\0b".into(),
        since: noon(),
        noted_day: 3,
        last_at: noon(),
    };
    work!(store, w => report::note_concern(&mut w, &concern));
    let later = Concern { words: "c".into(), noted_day: 4, ..concern.clone() };
    work!(store, w => report::note_concern(&mut w, &later));
    assert_eq!(view!(store, v => report::concern(&mut v, "college.test", Cause::NewSender)), Some(later.clone()));
    assert_eq!(view!(store, v => report::concern(&mut v, "college.test", Cause::TlsFails)), None);
    assert_eq!(view!(store, v => report::concerns(&mut v, "college.test")), [later]);
    assert_eq!(view!(store, v => report::open_concerns(&mut v)), [("college.test".to_owned(), 1)]);
    let found = view!(store, v => ticket::get(&mut v, number)).expect("a ticket");
    let closed = ticket::Change { state: State::Closed, ..(&found).into() };
    work!(store, w => ticket::change(&mut w, &found, closed, noon()));
    assert!(view!(store, v => report::concerns(&mut v, "college.test")).is_empty());
    assert!(view!(store, v => report::open_concerns(&mut v)).is_empty());
});

on_both!(old_reports_are_forgotten_with_what_was_counted, |store| {
    let day = today();
    for (n, id) in (0..30).zip(std::iter::repeat_with(|| "")) {
        let id: &'static str = if id.is_empty() { Box::leak(format!("r{n}").into_boxed_str()) } else { id };
        add(&store, &new(id, Sort::Dmarc, day - n), &[row(&format!("192.0.{n}.1"), Verdict::Both, 10)]).await;
    }
    let forget = |before: i64| {
        let store = store.clone();
        async move { work!(store, w => report::forget(&mut w, before)) }
    };
    assert_eq!((forget(day - 2).await, forget(day - 2).await, forget(day - 2).await), (20, 7, 0), "a few at a time");
    let by = By { domain: "college.test", from: 0 };
    let left = view!(store, v => report::senders(&mut v, by, Show::All, None, 50));
    assert_eq!(
        left.iter().map(|s| (s.mails, s.first_day)).collect::<Vec<_>>(),
        [(10, day - 2), (10, day - 1), (10, day)]
    );
    assert_eq!(view!(store, v => report::days(&mut v, "college.test", Sort::Dmarc, 0)).len(), 3);
});

on_both!(reports_that_come_at_once_are_all_counted, |store| {
    let day = today();
    let arriving: Vec<_> = (0..12)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let id: &'static str = Box::leak(format!("r{}", n / 2).into_boxed_str());
                // Two processes bring the same report, and all add to the same days in both directions.
                let mut w = store.write().await.expect("a work");
                report::take_turns(&mut w).await.expect("a turn");
                for at in if n % 2 == 0 { [day, day - 1] } else { [day - 1, day] } {
                    let id: &'static str = if at == day { id } else { Box::leak(format!("y{id}").into_boxed_str()) };
                    if let Some(row) = report::add(&mut w, &new(id, Sort::Dmarc, at)).await.expect("a report") {
                        let rows = [self::row("192.0.2.7", Verdict::Both, 10)];
                        report::add_rows(&mut w, row, "college.test", at, &rows).await.expect("rows");
                    }
                }
                w.commit().await.expect("a commit");
            })
        })
        .collect();
    for one in arriving {
        one.await.expect("no panic");
    }
    let days = view!(store, v => report::days(&mut v, "college.test", Sort::Dmarc, 0));
    assert_eq!(days.iter().map(|d| d.passed).collect::<Vec<_>>(), [60, 60]);
});

on_both!(what_a_message_said_is_taken_back_when_it_is_read_again, |store| {
    let day = today();
    let rows = [row("192.0.2.7", Verdict::Both, 10)];
    add(&store, &new("r1", Sort::Dmarc, day), &rows).await;
    add(&store, &NewReport { message: 8, ..new("r2", Sort::Dmarc, day) }, &rows).await;
    work!(store, w => report::take_back(&mut w, 7));
    let days = view!(store, v => report::days(&mut v, "college.test", Sort::Dmarc, 0));
    assert_eq!(days.iter().map(|d| (d.passed, d.failed)).collect::<Vec<_>>(), [(10, 4)]);
    let by = By { domain: "college.test", from: 0 };
    assert_eq!(view!(store, v => report::senders(&mut v, by, Show::All, None, 9))[0].mails, 10);
    assert!(add(&store, &new("r1", Sort::Dmarc, day), &rows).await.is_some(), "and may be counted anew");
});
