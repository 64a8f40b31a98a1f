//! Reports made up for it, whole and broken.

use std::io::Write;

mod corpus;

use super::*;
use crate::domain::report::dmarc::{Aggregate, Disposition, Verdict};

fn parsed(bytes: &[u8]) -> Option<Report> {
    read(bytes, &mut BUDGET.clone())
}

fn aggregate(report: &Report) -> &Aggregate {
    match &report.figures.as_ref().unwrap().content {
        Content::Dmarc(aggregate) => aggregate,
        Content::Tls(_) => panic!("a TLS report"),
    }
}

fn flaws(report: &Report) -> &[String] {
    &report.figures.as_ref().unwrap().flaws
}

fn record(source: &str, count: &str) -> String {
    format!(
        "<record><row><source_ip>{source}</source_ip><count>{count}</count><policy_evaluated>\
         <disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf>\
         <reason><type>forwarded</type><comment>a &amp; b &#228;</comment></reason></policy_evaluated></row>\
         <identifiers><envelope_from>bounce.shop.test</envelope_from><header_from>College.TEST.</header_from>\
         </identifiers><auth_results><dkim><domain>shop.test</domain><selector>s1</selector><result>pass</result></dkim>\
         <spf><domain>bounce.shop.test</domain><scope>mfrom</scope><result>pass</result></spf></auth_results></record>"
    )
}

fn xml(root: &str, end: &str, records: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<{root}><version>1.0</version><report_metadata><org_name>Big Mail</org_name>\
         <email>dmarc@bigmail.test</email><report_id>r-1</report_id><date_range><begin>1795392000</begin>\
         <end>1795478399</end></date_range></report_metadata><policy_published><domain>college.test</domain>\
         <adkim>s</adkim><p>reject</p><sp>quarantine</sp><np>reject</np><testing>n</testing>\
         <discovery_method>treewalk</discovery_method></policy_published>{records}{end}"
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn an_aggregate_report_with_every_namespace() {
    let one = record("192.0.2.7", "12");
    for (root, end) in [
        ("feedback", "</feedback>"),
        ("feedback xmlns=\"http://dmarc.org/dmarc-xml/0.1\"", "</feedback>"),
        ("feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"", "</feedback>"),
        ("d:feedback xmlns:d='urn:ietf:params:xml:ns:dmarc-2.0'", "</d:feedback>"),
    ] {
        let report = parsed(xml(root, end, &one).as_bytes()).unwrap();
        assert!(report.conforming, "{root}: {:?}", flaws(&report));
        assert_eq!((report.report_type.as_str(), report.domain.as_deref()), ("dmarc", Some("college.test")));
        assert_eq!((report.organisation.as_deref(), report.id.as_deref()), (Some("Big Mail"), Some("r-1")));
        assert_eq!(report.begin.unwrap().rfc3339(), "2026-11-23T00:00:00Z");
        let aggregate = aggregate(&report);
        assert_eq!(aggregate.policy.words(), "p=reject; sp=quarantine; np=reject; adkim=s");
        assert_eq!(aggregate.policy.discovery_method.as_deref(), Some("treewalk"));
        let [record] = aggregate.records.as_slice() else { panic!("one record") };
        assert_eq!((record.source.as_str(), record.count), ("192.0.2.7", 12));
        assert_eq!((record.disposition, record.verdict()), (Disposition::Reject, Verdict::Alignment));
        assert_eq!(
            (record.header_from.as_str(), record.envelope_from.as_deref()),
            ("college.test", Some("bounce.shop.test"))
        );
        assert_eq!((record.reasons[0].kind.as_str(), record.reasons[0].comment.as_str()), ("forwarded", "a & b ä"));
        assert_eq!((record.dkim_results[0].selector.as_str(), record.spf_results[0].scope.as_str()), ("s1", "mfrom"));
        assert!(record.is_excused());
    }
    let foreign = parsed(xml("feedback xmlns=\"urn:x\"", "</feedback>", &one).as_bytes()).unwrap();
    assert!(!foreign.conforming);
}

#[test]
fn bare_gzip_zip_and_twice() {
    let text = xml("feedback", "</feedback>", &record("2001:db8::1", "3"));
    let packed = gzip(text.as_bytes());
    assert!(parsed(&packed).unwrap().conforming);
    let twice = parsed(&gzip(&packed)).unwrap();
    assert_eq!((twice.records, twice.conforming), (1, false));
    // A zip archive whose entry does not tell its length beforehand, as most writers make them.
    let mut deflater = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    deflater.write_all(text.as_bytes()).unwrap();
    let mut zip = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0".to_vec();
    zip.extend([0; 12]);
    zip.extend([5, 0, 0, 0]);
    zip.extend(b"r.xml");
    zip.extend(deflater.finish().unwrap());
    assert!(parsed(&zip).unwrap().conforming);
}

#[test]
fn what_was_cut_off_is_read_as_far_as_it_goes_and_flagged() {
    let records: String = (0..200).map(|n| record(&format!("192.0.2.{n}"), "1")).collect();
    let text = xml("feedback", "</feedback>", &records);
    let whole = gzip(text.as_bytes());
    let report = parsed(&whole[..whole.len() / 2]).unwrap();
    let read = aggregate(&report).records.len();
    assert!((1..200).contains(&read), "{read}");
    assert!(!report.conforming && flaws(&report)[0].contains("broken or not complete"), "{:?}", flaws(&report));
    let report = parsed(&text.as_bytes()[..text.len() / 2]).unwrap();
    assert!(!report.conforming && report.records > 50, "{report:?}");
    // Every cut gives a report or nothing, and only the whole conforms.
    let text = xml("feedback", "</feedback>", &record("192.0.2.1", "1"));
    assert!((0..text.len()).all(|at| parsed(&text.as_bytes()[..at]).is_none_or(|report| !report.conforming)));
}

#[test]
fn breaches_are_named() {
    let flaw = |records: &str| {
        let report = parsed(xml("feedback", "</feedback>", records).as_bytes()).unwrap();
        assert!(!report.conforming, "{records}");
        flaws(&report).join("; ")
    };
    let good = record("192.0.2.1", "1");
    assert_eq!(flaw(""), "no record");
    assert_eq!(flaw(&record("example", "1")), "record 1 has no usable source_ip");
    assert_eq!(flaw(&record("192.0.2.1", "-4")), "record 1 has no usable count");
    assert_eq!(flaw(&record("192.0.2.1", "99999999999999999999999")), "record 1 has no usable count");
    assert_eq!(flaw(&good.replace("forwarded", "")), "a reason is none of those that the standard knows");
    assert_eq!(flaw(&good.replace("<disposition>reject</disposition>", "")), "record 1 has no usable disposition");
    assert_eq!(flaw(&good.replace("</row>", "")), "the XML's elements do not end in their order");
    let wrapped = format!(
        "<xs:schema xmlns:xs='x'>{}",
        xml("feedback", "</feedback>", &good).replace("<?xml version=\"1.0\"?>\n", "")
    );
    let report = parsed(wrapped.as_bytes()).unwrap();
    assert_eq!((report.records, report.conforming), (1, false));
}

#[test]
fn records_beyond_the_limit_are_counted() {
    let records: String = (0..10_050).map(|_| record("192.0.2.1", "1")).collect();
    let report = parsed(xml("feedback", "</feedback>", &records).as_bytes()).unwrap();
    assert_eq!((report.records, aggregate(&report).records.len(), aggregate(&report).left_out), (10_050, 10_000, 50));
}

#[test]
fn nesting_and_entities_end_somewhere() {
    let deep = format!("{}{}", "<row>".repeat(100_000), "</row>".repeat(100_000));
    let report = parsed(xml("feedback", "</feedback>", &format!("{deep}{}", record("192.0.2.1", "1"))).as_bytes());
    assert_eq!(report.unwrap().records, 1);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let text = xml("feedback", "</feedback>", &record("192.0.2.1", "1")).replace("Big Mail", "&b;");
    let text = text.replace("?>\n", &format!("?>\n{bomb}"));
    assert_eq!(parsed(text.as_bytes()).unwrap().organisation.as_deref(), Some("&b;"));
    assert!(parsed(b"<html><body>feedback</body></html>").is_none());
    assert!(parsed(b"<feedback><stars>5</stars></feedback>").is_none(), "somebody's praise");
}

const TLS: &str = r#"{"organization-name":"Big Mail","date-range":{"start-datetime":"2026-11-23T00:00:00Z",
    "end-datetime":"2026-11-23T23:59:59Z"},"contact-info":"tls@bigmail.test","report-id":"t-1","policies":[
    {"policy":{"policy-type":"sts","policy-string":["version: STSv1","mode: enforce"],"policy-domain":"College.test.",
    "mx-host":"mx.college.test"},"summary":{"total-successful-session-count":90,"total-failure-session-count":"3"},
    "failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"198.51.100.4",
    "receiving-mx-hostname":"mx.college.test","failed-session-count":3,"failure-reason-code":7}]}]}"#;

#[test]
fn a_tls_report() {
    let report = parsed(TLS.as_bytes()).unwrap();
    assert!(report.conforming, "{:?}", flaws(&report));
    assert_eq!((report.domain.as_deref(), report.id.as_deref()), (Some("college.test"), Some("t-1")));
    let Content::Tls(tls) = &report.figures.as_ref().unwrap().content else { panic!("a TLS report") };
    let policy = &tls.policies[0];
    assert_eq!((policy.successful, policy.failed, policy.words()), (90, 3, "MTA-STS, mode enforce".into()));
    assert_eq!(policy.mx, ["mx.college.test"]);
    let failure = &policy.failures[0];
    assert_eq!(
        (failure.result.as_str(), failure.count, failure.code.as_deref()),
        ("certificate-expired", 3, Some("7"))
    );
}

#[test]
fn a_tls_report_without_most_of_it_and_one_cut_off() {
    let few = parsed(br#"{"report-id":"x","policies":[{"policy":{"policy-type":"sts"}}, 7, null]}"#).unwrap();
    assert_eq!((few.conforming, few.records), (false, 3));
    for at in 0..TLS.len() {
        assert!(parsed(&TLS.as_bytes()[..at]).is_none_or(|report| !report.conforming));
    }
    let cut = parsed(&TLS.as_bytes()[..TLS.find("failure-reason-code").unwrap()]).unwrap();
    let Content::Tls(tls) = &cut.figures.as_ref().unwrap().content else { panic!("a TLS report") };
    assert_eq!((tls.policies[0].successful, tls.policies[0].failures[0].count), (90, 3), "read before the break");
    assert!(parsed(br#"{"policies":[]}"#).is_none() && parsed(b"{}").is_none());
    assert!(parsed("[".repeat(100_000).as_bytes()).is_none());
    assert!(parsed(format!("{{\"policies\":{}", "[".repeat(100_000)).as_bytes()).is_none());
}

#[test]
fn a_report_whose_attachment_is_lost_keeps_its_kind() {
    let letter = b"From: dmarc@bigmail.test\nSubject: statistics\nContent-Type: application/zip; name=\"bigmail.test!college.test!1795392000!1795478399.zip\"\nContent-Disposition: attachment\n\nPK broken\n";
    let reading = crate::reading::read(letter, &crate::domain::site::Site::default());
    let report = reading.report.unwrap();
    assert_eq!(reading.kind, Kind::Report);
    assert_eq!(
        (report.organisation.as_deref(), report.domain.as_deref()),
        (Some("bigmail.test"), Some("college.test"))
    );
    assert!(!report.conforming && report.figures.is_none());
}
