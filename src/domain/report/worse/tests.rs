//! The rules on histories made up for them: one line a case.

use super::*;

const fn tally(days: i64, passed: i64, failed: i64) -> Tally {
    Tally { days, passed, failed }
}

fn past(before: Tally, lately: Tally) -> Past {
    Past { about: "192.0.2.0/24".into(), name: "mailer.test".into(), before, lately }
}

fn causes(history: &History) -> Vec<Cause> {
    look(history).into_iter().map(|worse| worse.cause).collect()
}

#[test]
fn senders() {
    // (days with reports, before, lately, what is said)
    let cases: [(i64, Tally, Tally, &[Cause]); 13] = [
        // What went well goes well.
        (20, tally(20, 2_000, 0), tally(3, 300, 0), &[]),
        // A day of failures after weeks of passing.
        (20, tally(20, 2_000, 0), tally(3, 200, 100), &[Cause::SenderFails]),
        // The same, but too little mail.
        (20, tally(20, 2_000, 0), tally(3, 20, 19), &[]),
        // Few of many.
        (20, tally(20, 20_000, 0), tally(3, 1_000, 100), &[]),
        // It always failed.
        (20, tally(20, 1_000, 1_000), tally(3, 100, 100), &[]),
        // A few failures before are no matter.
        (20, tally(20, 2_000, 90), tally(3, 0, 50), &[Cause::SenderFails]),
        // Known for too short a time, or too little.
        (20, tally(2, 2_000, 0), tally(3, 0, 100), &[]),
        (20, tally(20, 40, 0), tally(3, 0, 100), &[]),
        // Nobody knew it.
        (20, tally(0, 0, 0), tally(1, 0, 50), &[Cause::NewSender]),
        (20, tally(0, 0, 0), tally(1, 0, 49), &[]),
        // New, and it passes.
        (20, tally(0, 0, 0), tally(1, 5_000, 0), &[]),
        // There were hardly any reports before: everybody is new.
        (6, tally(0, 0, 0), tally(1, 0, 500), &[]),
        // Counts at the end of what is counted do not run over.
        (20, tally(20, i64::MAX, 0), tally(3, i64::MAX, i64::MAX), &[Cause::SenderFails]),
    ];
    for (n, (dmarc_days, before, lately, wanted)) in cases.into_iter().enumerate() {
        let history = History { dmarc_days, senders: vec![past(before, lately)], ..History::default() };
        assert_eq!(causes(&history), wanted, "case {n}");
    }
}

#[test]
fn a_new_sender_is_measured_by_all_mail_of_the_domain() {
    let ours = Past { about: "198.51.100.0/24".into(), ..past(tally(20, 9_000, 0), tally(3, 901, 0)) };
    let mut history =
        History { dmarc_days: 20, senders: vec![ours, past(Tally::default(), tally(1, 0, 99))], ..History::default() };
    assert_eq!(causes(&history), []);
    history.senders[1].lately.failed = 101;
    let found = look(&history);
    assert_eq!(found[0].cause, Cause::NewSender);
    assert_eq!(
        found[0].words,
        "192.0.2.0/24 (mailer.test): 101 of 101 mails failed in 4 days; none in the weeks before."
    );
    // What no network is known of is many senders in one.
    history.senders[1].about = String::new();
    assert_eq!(causes(&history), []);
}

#[test]
fn many_senders_are_one_cause_with_the_worst_named() {
    let senders =
        (0..9).map(|n| Past { about: format!("10.0.{n}.0/24"), ..past(tally(9, 900, 0), tally(2, 0, 30 + n)) });
    let found = look(&History { dmarc_days: 20, senders: senders.collect(), ..History::default() });
    assert_eq!(found.len(), 1);
    assert!(found[0].words.starts_with("10.0.8.0/24") && found[0].words.ends_with("and 4 more networks"), "{found:?}");
}

#[test]
fn sessions() {
    let tls = |before: Tally, lately: Tally| causes(&History { tls: past(before, lately), ..History::default() });
    assert_eq!(tls(tally(20, 5_000, 0), tally(3, 900, 100)), [Cause::TlsFails]);
    assert_eq!(tls(tally(20, 5_000, 49), tally(3, 900, 100)), [Cause::TlsFails]);
    assert_eq!(tls(tally(20, 5_000, 100), tally(3, 900, 100)), [], "it was no better");
    assert_eq!(tls(tally(20, 5_000, 0), tally(3, 9_900, 100)), [], "few of many");
    assert_eq!(tls(tally(20, 5_000, 0), tally(3, 0, 9)), [], "few");
    assert_eq!(tls(Tally::default(), tally(3, 0, 500)), [], "nothing is known of before");
    let policy =
        |before: Tally, lately: Tally| causes(&History { tls_policy: past(before, lately), ..History::default() });
    assert_eq!(policy(tally(20, 5_000, 0), tally(3, 900, 3)), [Cause::TlsPolicy]);
    assert_eq!(policy(tally(20, 5_000, 1), tally(3, 900, 30)), []);
    assert_eq!(policy(tally(20, 5_000, 0), tally(3, 900, 2)), []);
}

#[test]
fn policies() {
    let found = |before: Option<i64>, lately: &[i64]| {
        let lately = lately.iter().map(|s| (*s, "p=none".to_owned())).collect();
        causes(&History { dmarc: PolicyPast { before, lately }, ..History::default() })
    };
    assert_eq!(found(Some(200), &[0, 0]), [Cause::PolicyWeaker]);
    assert_eq!(found(Some(200), &[150, 0, 200]), [Cause::PolicyWeaker]);
    assert_eq!(found(Some(200), &[0, 200]), [], "two reporters do not agree");
    assert_eq!(found(Some(200), &[0]), [], "one report may be wrong");
    assert_eq!(found(Some(100), &[200, 200]), [], "stronger is not worse");
    assert_eq!(found(None, &[0, 0]), []);
    let sts = PolicyPast { before: Some(200), lately: vec![(100, "MTA-STS, mode testing".into()); 2] };
    assert_eq!(causes(&History { sts, ..History::default() }), [Cause::TlsPolicyWeaker]);
}
