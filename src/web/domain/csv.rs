//! `GET /domains/{domain}/addresses.csv`: the same lines for a spreadsheet (RFC 4180).

use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{address::Asked, by, figure, served};
use crate::{
    access::Reader,
    store::report,
    web::{Path, Visit, WebResult, message::attachment_header},
};

/// Lines of a file.
const LINES: i64 = 20_000;
const HEAD: [&str; 12] = [
    "network",
    "address",
    "mails",
    "result",
    "passed",
    "done",
    "header_from",
    "envelope_from",
    "dkim",
    "spf",
    "reason",
    "days",
];

/// The file.
pub(in crate::web) async fn csv(
    visit: Visit,
    _: Reader,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let domain = served(&visit, &name)?;
    let mut view = visit.web.store.read().await?;
    let found = report::addresses(&mut view, by(&visit, &domain), asked.network(), LINES).await?;
    let mut text = line(&HEAD.map(str::to_owned));
    for one in found {
        let days = format!("{} to {}", figure::day(one.first_day).iso, figure::day(one.last_day).iso);
        let passed = if one.verdict.passes() { "yes" } else { "no" };
        text.push_str(&line(&[
            one.network,
            one.source,
            one.mails.to_string(),
            one.verdict.words().to_owned(),
            passed.to_owned(),
            one.disposition.words().to_owned(),
            one.header_from,
            one.envelope_from,
            one.dkim,
            one.spf,
            one.reason,
            days,
        ]));
    }
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = format!("{domain}-addresses.csv");
    let save = attachment_header(&name, "addresses.csv");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, save)], text).into_response())
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell in quotation marks. One that a spreadsheet would take for a formula begins with an apostrophe: strangers wrote
/// it.
fn cell(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!([cell("+1"), cell("-1"), cell("@a"), cell("a\r\nb")], ["\"'+1\"", "\"'-1\"", "\"'@a\"", "\"a  b\""]);
    }
}
