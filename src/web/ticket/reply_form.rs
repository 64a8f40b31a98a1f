//! The reply box: to whom, about what, from which text.

use super::{again::Typed, facts::Read};
use crate::{
    desk::{subject_token, text},
    domain::ticket::{State, Ticket},
    store::{self, View, ledger::Persistent, template::Template},
    web::{Choice, Visit, WebResult, line::line},
};

/// Characters of the incoming subject that are repeated.
const SUBJECT: usize = 120;

/// The reply box.
#[derive(Clone, Debug)]
pub(crate) struct ReplyForm {
    pub(crate) possible: bool,
    pub(crate) why_not: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) templates: Vec<Choice>,
}

/// The box as typed, or begun from a text.
pub(super) async fn form(
    visit: &Visit,
    view: &mut View,
    ticket: &Ticket,
    read: &Read,
    typed: &Typed,
    template: &str,
) -> WebResult<ReplyForm> {
    let all = store::template::all(view).await?;
    let texts: Vec<_> = all.into_iter().filter(|text| is_reply(&text.name)).collect();
    let persistent = store::ledger::of_ticket(view, ticket.number).await?;
    let template = match &persistent {
        // Nobody has written to this sender yet: the page opens with the text for it.
        Some(_) if template.is_empty() && ticket.state == State::New => drafted(visit, &texts),
        _ => template.to_owned(),
    };
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label, selected: value == template };
    let mut templates = vec![choice("", "An empty page".to_owned())];
    templates.extend(texts.iter().map(|text| choice(&text.name, label(&text.name))));
    let (to, subject, body) = typed.reply.clone().unwrap_or_else(|| {
        let begun = texts.iter().find(|text| text.name == template);
        let to = if read.answer_to.is_empty() { ticket.reporter.clone() } else { read.answer_to.clone() };
        (
            to,
            subject(visit, ticket),
            begun.map_or_else(String::new, |text| filled(visit, ticket, persistent.as_ref(), &text.body)),
        )
    });
    Ok(ReplyForm { possible: true, why_not: String::new(), to, subject, body, templates })
}

/// The text for a persistent sender, in the site's language if there is one.
fn drafted(visit: &Visit, texts: &[Template]) -> String {
    let language = visit.web.head.language.split('-').next().unwrap_or_default();
    let own = format!("wrong_address.{language}");
    let name = if texts.iter().any(|text| text.name == own) { own.as_str() } else { "wrong_address.en" };
    name.to_owned()
}

/// Acknowledgements and the frame are no texts to begin a reply from.
fn is_reply(name: &str) -> bool {
    name != "reply_frame" && !name.starts_with("acknowledgement.")
}

/// `ask_for_headers.en` as `Ask for headers (en)`.
fn label(name: &str) -> String {
    let (words, language) = name.split_once('.').unwrap_or((name, ""));
    let words = words.replace('_', " ");
    let mut chars = words.chars();
    let words: String = chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect());
    if language.is_empty() { words } else { format!("{words} ({language})") }
}

fn subject(visit: &Visit, ticket: &Ticket) -> String {
    let told = line(&ticket.subject);
    let mut theirs = told.trim();
    while let Some(rest) = ["re:", "aw:"]
        .iter()
        .find_map(|mark| theirs.get(..3).filter(|start| start.eq_ignore_ascii_case(mark)).and_then(|_| theirs.get(3..)))
    {
        theirs = rest.trim_start();
    }
    let token = subject_token::write(visit.web.head.domain(), ticket.number);
    let theirs: String = theirs.replace(&token, "").trim().chars().take(SUBJECT).collect();
    let re = if ticket.messages == 0 { "" } else { "Re: " };
    format!("{re}{theirs} {token}")
}

fn filled(visit: &Visit, ticket: &Ticket, persistent: Option<&Persistent>, body: &str) -> String {
    let head = &visit.web.head;
    let name = line(&ticket.reporter_name);
    let (number, received) = (format!("#{}", ticket.number), visit.when(ticket.opened_at).exact);
    let recipient = persistent.map(|found| line(&found.recipient)).unwrap_or_default();
    let errors = persistent.map(|found| found.errors.to_string()).unwrap_or_default();
    let since = persistent.map(|found| visit.when(found.first_at).date).unwrap_or_default();
    let values = [
        ("ticket", number.as_str()),
        ("site", head.site.name.as_str()),
        ("postmaster", head.postmaster.as_str()),
        ("received", received.as_str()),
        ("name", name.as_str()),
        ("text", ""),
        ("recipient", recipient.as_str()),
        ("errors", errors.as_str()),
        ("since", since.as_str()),
        ("cause", persistent.map_or("", |found| found.reason.group().words())),
    ];
    text::fill(body, &values)
}
