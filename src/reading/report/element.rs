//! A lenient walk through XML: each element with text, its parent and grandparent, whatever is wrong around it.

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::flaw::Flaws;

/// Levels followed; what lies deeper is passed over.
const DEPTH: usize = 24;
/// Bytes of one element's text that are kept.
const TEXT_BYTES: usize = 1_000;

/// Begin or end of an element. Names are lower case, without their prefix, and `?` if no report has them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'w> {
    /// It begins.
    Begin { name: &'static str, namespace: Option<String> },
    /// It ends; `text` is what stood in it. The path is that of its parents, the nearest last.
    End { name: &'static str, path: &'w [&'static str], text: &'w str },
}

/// Every name that a report has.
const NAMES: [&str; 46] = [
    "feedback",
    "version",
    "report_metadata",
    "org_name",
    "email",
    "extra_contact_info",
    "report_id",
    "date_range",
    "begin",
    "end",
    "error",
    "generator",
    "policy_published",
    "domain",
    "adkim",
    "aspf",
    "p",
    "sp",
    "np",
    "pct",
    "fo",
    "testing",
    "discovery_method",
    "record",
    "row",
    "source_ip",
    "count",
    "policy_evaluated",
    "disposition",
    "dkim",
    "spf",
    "reason",
    "type",
    "comment",
    "identifiers",
    "identities",
    "header_from",
    "envelope_from",
    "envelope_to",
    "auth_results",
    "selector",
    "result",
    "human_result",
    "scope",
    "extensions",
    "policy_test_mode",
];

fn known(name: &str) -> &'static str {
    NAMES.iter().copied().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or("?")
}

/// Walks to the end or to where the XML cannot be followed any more. `take` is called for each step.
pub(super) fn walk(xml: &str, flaws: &mut Flaws, mut take: impl FnMut(Step<'_>, &mut Flaws)) {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk { path: Vec::with_capacity(DEPTH), passed_over: 0, text: String::new() };
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => walk.begin(&start, flaws, &mut take),
            Ok(Event::Empty(start)) => {
                walk.begin(&start, flaws, &mut take);
                walk.end(start.local_name().as_ref(), flaws, &mut take);
            }
            Ok(Event::End(end)) => walk.end(end.local_name().as_ref(), flaws, &mut take),
            Ok(Event::Text(text)) => walk.add(&text.xml10_content()),
            Ok(Event::CData(text)) => walk.add(&text.xml10_content()),
            Ok(Event::GeneralRef(entity)) => walk.add(&resolved(&entity)),
            Ok(Event::Eof) => break,
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_)) => {}
            Err(_) => {
                let at = reader.error_position();
                flaws.add(format!("the XML cannot be followed from byte {at} on; what stands before was read"));
                return;
            }
        }
    }
    let open = walk.path.iter().rev().find(|name| **name != "?");
    if let Some(name) = open {
        flaws.add(format!("the XML ends before its <{name}> does"));
    }
}

struct Walk {
    path: Vec<&'static str>,
    /// Elements open below the last level that is followed.
    passed_over: usize,
    text: String,
}

impl Walk {
    fn begin(&mut self, start: &BytesStart<'_>, flaws: &mut Flaws, take: &mut impl FnMut(Step<'_>, &mut Flaws)) {
        self.text.clear();
        if self.path.len() >= DEPTH || self.passed_over > 0 {
            self.passed_over += 1;
            return;
        }
        let name = known(start.local_name().as_ref());
        let namespace = if name == "feedback" { namespace(start) } else { None };
        take(Step::Begin { name, namespace }, flaws);
        self.path.push(name);
    }

    fn end(&mut self, name: &str, flaws: &mut Flaws, take: &mut impl FnMut(Step<'_>, &mut Flaws)) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        let name = known(name);
        let Some(at) = self.path.iter().rposition(|open| *open == name) else {
            flaws.add(format!("the XML ends a <{name}> that did not begin"));
            return;
        };
        flaws.unless(at + 1 == self.path.len(), "the XML's elements do not end in their order");
        // What was left open within it ends with it, so that a record is not lost.
        while self.path.len() > at {
            let Some(ended) = self.path.pop() else { break };
            take(Step::End { name: ended, path: &self.path, text: self.text.trim() }, flaws);
            self.text.clear();
        }
    }

    fn add(&mut self, text: &str) {
        let room = TEXT_BYTES.saturating_sub(self.text.len());
        self.text.push_str(crate::reading::letter::field_cut(text, room));
    }
}

/// The namespace that a root element is in, if it says so.
fn namespace(start: &BytesStart<'_>) -> Option<String> {
    let name = start.name();
    let prefix = name.prefix().map(|prefix| prefix.as_ref().to_owned());
    let wanted = prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
    let mut attributes = start.attributes();
    attributes.with_checks(false);
    let found = attributes.take(50).filter_map(Result::ok).find(|attribute| attribute.key.as_ref() == wanted)?;
    Some(found.value.trim().chars().take(200).collect())
}

/// A character by its number, or one of the five that XML names. Others stand as they were written: nothing is fetched
/// or expanded.
fn resolved(entity: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return c.to_string();
    }
    let name = entity.xml10_content();
    match name.as_ref() {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}
