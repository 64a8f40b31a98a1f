//! Versions 3 and 4. Only the named members are read; evidence inside, which is long, is passed over.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::{
    domain::time::Moment,
    reading::{
        finding::{Case, Finding},
        letter::Shape,
        reported::Reported,
    },
};

/// Largest attachment tried. Evidence inside is base64 and may be long.
const ATTACHMENT_BYTES: usize = 10 << 20;
/// Attachments tried.
const TRIED: usize = 10;
/// Longest value kept, in characters.
const VALUE_CHARS: usize = 500;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let bare = case.bytes.trim_ascii_start();
    if bare.starts_with(b"{")
        && let Some(reported) = read(bare)
    {
        return Some(super::finding(reported, "xarf.json", "file"));
    }
    let letter = case.letter;
    letter
        .parts()
        .filter(|(id, part)| {
            let typed = part.media_type.ends_with("json") || part.name.to_ascii_lowercase().ends_with(".json");
            let head = letter.content_head(*id);
            let begins = head.trim_ascii_start().starts_with(b"{");
            let leaf = !part.enclosed && part.shape == Shape::Leaf && part.body.len() < ATTACHMENT_BYTES;
            leaf && begins
                && (typed || part.media_type == "application/octet-stream" || part.media_type == "text/plain")
        })
        .take(TRIED)
        .find_map(|(id, _)| {
            read(&letter.content(id)).map(|found| super::finding(found, "xarf.json", &format!("part {id}")))
        })
}

fn read(bytes: &[u8]) -> Option<Reported> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let found: Any = serde_json::from_slice(bytes).ok()?;
    if let Some(version) = found.xarf_version.0.clone() {
        return Some(version_4(&version, &found));
    }
    let three = found.version.0.is_some_and(|v| v.starts_with('3'));
    found.reporter_info.and(found.report).map(|report| version_3(three, report))
}

/// Either version's members at the top.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Any {
    #[serde(rename = "Version")]
    version: Text,
    #[serde(rename = "ReporterInfo")]
    reporter_info: Option<IgnoredAny>,
    #[serde(rename = "Report")]
    report: Option<Three>,
    xarf_version: Text,
    report_id: Text,
    reporter: Option<IgnoredAny>,
    timestamp: Text,
    source_identifier: Text,
    category: Text,
    r#type: Text,
    smtp_from: Text,
    smtp_to: Text,
    subject: Text,
    message_id: Text,
    url: Text,
    domain: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Three {
    report_type: Text,
    date: Text,
    source_ip: Text,
    source_url: Text,
    url: Text,
    smtp_mail_from_address: Text,
    smtp_rcpt_to_address: Text,
    smtp_message_subject: Text,
    smtp_message_id: Text,
}

fn version_4(version: &str, four: &Any) -> Reported {
    let report_type = four.r#type.0.clone().or_else(|| four.category.0.clone());
    let mut reported = Reported::new("xarf-4", &report_type.unwrap_or_else(|| "abuse".to_owned()).to_lowercase());
    let source = four.source_identifier.0.as_deref();
    reported.source(source, "source_identifier");
    // A report of content names it by its address or its domain.
    let named = source.filter(|_| reported.feedback.source_ip.is_none());
    for uri in [four.url.0.as_deref(), named].into_iter().flatten() {
        reported.uri(uri, "url");
    }
    for domain in [four.domain.0.as_deref(), named].into_iter().flatten() {
        reported.domain(domain, "domain");
    }
    reported.arrival(four.timestamp.0.as_deref().and_then(Moment::parse_rfc3339), "timestamp");
    reported.mail_from(four.smtp_from.0.as_deref(), "smtp_from");
    reported.recipient(four.smtp_to.0.as_deref().unwrap_or_default(), "smtp_to");
    reported.message_id(four.message_id.0.as_deref(), "message_id");
    reported.subject(four.subject.0.as_deref(), "subject");
    reported.feedback.conforming = version.starts_with("4.")
        && four.report_id.0.is_some()
        && four.reporter.is_some()
        && four.category.0.is_some()
        && source.is_some();
    reported
}

fn version_3(conforming: bool, three: Three) -> Reported {
    let report_type = three.report_type.0.unwrap_or_else(|| "abuse".to_owned()).to_lowercase();
    let mut reported = Reported::new("xarf-3", &report_type);
    reported.source(three.source_ip.0.as_deref(), "SourceIp");
    for uri in [three.source_url.0.as_deref(), three.url.0.as_deref()].into_iter().flatten() {
        reported.uri(uri, "SourceUrl");
    }
    reported.arrival(three.date.0.as_deref().and_then(super::yaml::moment), "Date");
    reported.mail_from(three.smtp_mail_from_address.0.as_deref(), "SmtpMailFromAddress");
    reported.recipient(three.smtp_rcpt_to_address.0.as_deref().unwrap_or_default(), "SmtpRcptToAddress");
    reported.message_id(three.smtp_message_id.0.as_deref(), "SmtpMessageId");
    reported.subject(three.smtp_message_subject.0.as_deref(), "SmtpMessageSubject");
    reported.feedback.conforming = conforming;
    reported
}

/// A text, a number, or the first text of a list; of anything else nothing is kept.
#[derive(Default)]
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Text;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.chars().take(VALUE_CHARS).collect())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
        let first = list.next_element::<Text>()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Text, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}
