//! Generated mail: the demo's morning, each time from other people about other things.

use jiff::Timestamp;

/// Which mail waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    /// What a postmaster's mailbox gets: half of it bounces, a third opens tickets, 15 of 100 are to be acknowledged.
    Usual,
    /// Every message opens a ticket.
    Tickets,
}

const BOUNCES: [&str; 3] = [
    include_str!("../morning/02-bounce-postfix.eml"),
    include_str!("../morning/03-bounce-exim.eml"),
    include_str!("../morning/04-bounce-exchange.eml"),
];
const NEWSLETTER: &str = include_str!("../morning/01-newsletter.eml");
const COMPLAINT: &str = include_str!("../morning/05-complaint-with-headers.eml");
const PLAIN_COMPLAINT: &str = include_str!("../morning/06-complaint-without-headers.eml");
const FEEDBACK: &str = include_str!("../morning/07-feedback-report.eml");
const FIND_A_PERSON: &str = include_str!("../morning/08-find-a-person.eml");
const NOTICE: &str = include_str!("../morning/09-cert-notice.eml");
const AUTOMATIC: &str = include_str!("../morning/10-automatic-reply.eml");

/// One in so many carries an attachment of 100 kB.
const ATTACHED: usize = 50;

impl Mix {
    /// The mail with this number.
    pub(crate) fn mail(self, number: usize, date: &Date) -> Vec<u8> {
        if number % ATTACHED == 7 {
            return with_attachment(number, date);
        }
        let text = match (self, number % 20) {
            (Self::Usual, 0..=9) => BOUNCES[number % 3],
            (Self::Usual, 10 | 11) => NEWSLETTER,
            (Self::Usual, 12) => AUTOMATIC,
            (Self::Usual, 13 | 14) => FEEDBACK,
            (Self::Usual, 15) | (Self::Tickets, 16..) => NOTICE,
            (Self::Usual, 16) | (Self::Tickets, 12..=15) => FIND_A_PERSON,
            (Self::Usual, 17 | 18) | (Self::Tickets, 0..=6) => COMPLAINT,
            (Self::Usual, _) | (Self::Tickets, 7..=11) => PLAIN_COMPLAINT,
        };
        written(text, number, date)
    }
}

/// A complaint by a reporter of this number, at `home.test`.
pub(crate) fn complaint(number: usize, date: &Date) -> Vec<u8> {
    written(COMPLAINT, number, date)
}

/// The local part of that reporter.
pub(crate) fn reporter(number: usize) -> String {
    format!("anna.vogel.{number}")
}

/// Now, as mail and as reports write it.
pub(crate) struct Date {
    mail: String,
    iso: String,
}

impl Date {
    #[expect(clippy::disallowed_methods, reason = "mail is dated when it is written")]
    pub(crate) fn today() -> Self {
        let now = Timestamp::now();
        Self {
            mail: now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
            iso: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// Fills in dates and numbers: other people, other addresses, other matters; lines end with CRLF, as on the wire.
fn written(text: &str, number: usize, date: &Date) -> Vec<u8> {
    let network = format!("192.0.2.{}", number % 250 + 1);
    text.replace("@DATE@", &date.mail)
        .replace("@ISO@", &date.iso)
        .replace("@ID@", &number.to_string())
        .replace("anna.vogel@", &format!("{}@", reporter(number)))
        .replace("ben.carter@", &format!("ben.carter.{number}@"))
        .replace("renee.lindqvist@", &format!("renee.lindqvist.{number}@"))
        .replace("reports@cert", &format!("reports.{number}@cert"))
        .replace("r.whitlock@", &format!("r.whitlock.{}@", number % 500))
        .replace("2026112400042", &format!("20261124{number:07}"))
        .replace("192.0.2.77", &network)
        .replace('\n', "\r\n")
        .into_bytes()
}

fn with_attachment(number: usize, date: &Date) -> Vec<u8> {
    let line = "UG9zdGRlc2sgbWVhc3VyZXMgaXRzZWxmIHdpdGggYW4gYXR0YWNobWVudCBvZiBvbmUgaHVuZHJl\n";
    let text = format!(
        "Date: @DATE@
From: Walter Pohl <walter.pohl.{number}@example.org>
To: postmaster@college.test
Subject: Scan of the letter, no. {number}
Message-ID: <scan.{number}.@ID@@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=\"scan\"

--scan
Content-Type: text/plain; charset=utf-8

Dear postmaster, here is the letter that I told you about on the telephone.

--scan
Content-Type: application/pdf; name=\"letter.pdf\"
Content-Disposition: attachment; filename=\"letter.pdf\"
Content-Transfer-Encoding: base64

{}
--scan--
",
        line.repeat(1_300)
    );
    written(&text, number, date)
}
