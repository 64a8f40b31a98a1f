//! Mail that people and machines send us.

use postdesk::clock::Clock;

use crate::world::unique;

/// A Date of now, as mail writes it.
pub(crate) fn date() -> String {
    let now = Clock::machine().now();
    let stamp = jiff::Timestamp::from_second(now.secs()).expect("a time");
    stamp.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// A complaint about mail from here, without full headers.
pub(crate) fn complaint(from: &str, to: &str, subject: &str) -> (String, Vec<u8>) {
    let id = format!("{}@example.test", unique("c"));
    let text = format!(
        "From: Mia Example <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{id}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Hello,\r\n\r\nI am receiving spam from your network and want to complain about it.\r\n\
         Please stop this abuse.\r\n\r\nMia\r\n",
        date()
    );
    (id, text.into_bytes())
}

/// An answer of a person to one of our messages.
pub(crate) fn answer(from: &str, to: &str, subject: &str, in_reply_to: Option<&str>) -> Vec<u8> {
    let thread = in_reply_to.map_or(String::new(), |id| format!("In-Reply-To: {id}\r\nReferences: {id}\r\n"));
    let id = format!("{}@example.test", unique("a"));
    format!(
        "From: {from}\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{id}>\r\n{thread}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere is what you asked for.\r\n",
        date()
    )
    .into_bytes()
}
