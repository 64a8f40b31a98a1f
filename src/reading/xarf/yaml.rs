//! X-ARF 0.1 and 0.2: `Name: value` lines in a part of plain text, announced in the header or plain by themselves.

use crate::{
    domain::time::Moment,
    reading::{
        finding::{Case, Finding},
        letter::{Fields, Shape, field},
        reported::Reported,
    },
};

/// Fields looked at.
const FIELDS: usize = 100;
/// Parts looked at.
const TRIED: usize = 10;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let letter = case.letter;
    let announced = letter.header().has("x-arf") || letter.header().has("x-xarf");
    letter
        .parts()
        .filter(|(_, part)| !part.enclosed && part.shape == Shape::Leaf && part.body.len() < 1 << 20)
        .take(TRIED)
        .find_map(|(id, _)| {
            let content = letter.content(id);
            let start = content.iter().take_while(|b| b.is_ascii_whitespace() || **b == b'-').count();
            let (spans, _) = field::scan(&content, start, FIELDS);
            let fields = Fields::new(&content, &spans);
            let report_type = value(fields, "report-type")?.to_lowercase();
            let own = ["schema-url", "report-id", "reported-from", "source-type", "source"];
            let named = own.iter().filter(|name| fields.has(name)).count();
            (announced || named >= 3)
                .then(|| super::finding(read(fields, &report_type, announced), "xarf.yaml", &format!("part {id}")))
        })
}

fn read(fields: Fields<'_>, report_type: &str, announced: bool) -> Reported {
    let version = value(fields, "version").filter(|v| v.starts_with("0."));
    let form = format!("x-arf-{}", version.as_deref().unwrap_or("0.1"));
    let mut reported = Reported::new(&form, report_type);
    if let Some(source) = value(fields, "source") {
        reported.source(Some(&source), "Source");
        if reported.feedback.source_ip.is_none() {
            reported.uri(&source, "Source");
            reported.domain(&source, "Source");
        }
    }
    reported.arrival(value(fields, "date").as_deref().and_then(moment), "Date");
    for name in ["url", "uri"] {
        reported.uri(&value(fields, name).unwrap_or_default(), name);
    }
    let required = ["reported-from", "report-id", "date", "source", "source-type"];
    reported.feedback.conforming = announced && required.iter().all(|name| fields.has(name));
    reported
}

/// A value without YAML's quotation marks and comments.
fn value(fields: Fields<'_>, name: &str) -> Option<String> {
    let text = fields.text(name)?;
    let text = text.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A time as both versions write it.
pub(super) fn moment(text: &str) -> Option<Moment> {
    Moment::parse_rfc3339(text).or_else(|| field::moment(text.as_bytes()))
}
