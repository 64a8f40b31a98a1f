//! An SMTP TLS report: any bytes as a file of its own, and as the policies of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::report::Content, reading};

fuzz_target!(|bytes: &[u8]| {
    let site = postdesk_fuzz::site();
    let within = [br#"{"report-id":"x","policies":"#.as_slice(), bytes, b"}"].concat();
    for bytes in [bytes, &within] {
        let Some(report) = reading::read(bytes, &site).report else { continue };
        let Some(figures) = report.figures else { continue };
        assert_eq!(report.conforming, figures.flaws.is_empty(), "what does not conform is told");
        if let Content::Tls(tls) = figures.content {
            assert!(tls.policies.len() <= 100);
            assert!(tls.policies.iter().map(|policy| policy.failures.len()).sum::<usize>() <= 1_000);
            for policy in &tls.policies {
                assert!(policy.successful <= 1_000_000_000 && policy.failed <= 1_000_000_000);
                let _ = (policy.strength(), policy.words());
            }
        }
    }
});
