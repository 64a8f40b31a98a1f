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

/// The report of a far server that a mail to `recipient` was not delivered.
pub(crate) fn bounce(to: &str, recipient: &str) -> Vec<u8> {
    let id = format!("{}@mx.far.test", unique("e"));
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <Mailer-Daemon@mx.far.test>\r\nTo: {to}\r\n\
         Subject: Mail delivery failed: returning message to sender\r\nMessage-ID: <{id}>\r\nDate: {}\r\n\
         Auto-Submitted: auto-replied\r\nX-Failed-Recipients: {recipient}\r\n\r\n\
         This message was created automatically by mail delivery software.\r\n\r\n\
         A message that you sent could not be delivered to one or more of its\r\n\
         recipients. This is a permanent error. The following address(es) failed:\r\n\r\n  {recipient}\r\n\
         \u{20}   host mx.far.test [192.0.2.9]\r\n    SMTP error from remote mail server after RCPT TO:<{recipient}>:\r\n\
         \u{20}   550 5.1.1 <{recipient}>: Recipient address rejected: User unknown\r\n\r\n\
         ------ This is a copy of the message, including all the headers. ------\r\n\r\n\
         Return-path: <bob@college.test>\r\nMessage-ID: <{id}.returned@college.test>\r\nFrom: Bob <bob@college.test>\r\n\
         To: {recipient}\r\nSubject: lunch\r\n\r\nLunch?\r\n",
        date()
    )
    .into_bytes()
}
