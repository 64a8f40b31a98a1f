//! A DMARC aggregate report: any bytes as a file of its own, and as what stands within a `<feedback>`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::report::Content, reading};

fuzz_target!(|bytes: &[u8]| {
    let site = postdesk_fuzz::site();
    let within = [b"<feedback><record>".as_slice(), bytes, b"</record></feedback>"].concat();
    for bytes in [bytes, &within] {
        let Some(report) = reading::read(bytes, &site).report else { continue };
        let Some(figures) = report.figures else { continue };
        assert_eq!(report.conforming, figures.flaws.is_empty(), "what does not conform is told");
        assert!(figures.flaws.len() <= 8);
        if let Content::Dmarc(aggregate) = figures.content {
            assert!(aggregate.records.len() <= 10_000);
            for record in &aggregate.records {
                assert!(record.count <= 1_000_000_000 && record.source.chars().count() <= 100);
                assert!(
                    record.dkim_results.len() <= 20 && record.spf_results.len() <= 20 && record.reasons.len() <= 10
                );
                assert!(record.header_from.chars().count() <= 600, "lower case may be longer");
                let _ = record.verdict();
            }
        }
    }
});
