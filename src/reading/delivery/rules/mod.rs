//! The rules of mail systems, as data: one file a system, compiled in, read once. `README.md` beside the files says
//! how they are written.

mod parse;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::domain::delivery::Reason;

/// Files in the order of trial: certain marks first, generic words and languages last.
pub(super) const FILES: &[(&str, &str)] = &[
    ("layout.txt", include_str!("layout.txt")),
    ("status.txt", include_str!("status.txt")),
    ("googlegroups.txt", include_str!("googlegroups.txt")),
    ("gmail.txt", include_str!("gmail.txt")),
    ("exim.txt", include_str!("exim.txt")),
    ("qmail.txt", include_str!("qmail.txt")),
    ("postfix.txt", include_str!("postfix.txt")),
    ("opensmtpd.txt", include_str!("opensmtpd.txt")),
    ("dragonfly.txt", include_str!("dragonfly.txt")),
    ("amazon.txt", include_str!("amazon.txt")),
    ("japan.txt", include_str!("japan.txt")),
    ("filters.txt", include_str!("filters.txt")),
    ("kerio.txt", include_str!("kerio.txt")),
    ("exchange.txt", include_str!("exchange.txt")),
    ("domino.txt", include_str!("domino.txt")),
    ("groupwise.txt", include_str!("groupwise.txt")),
    ("courier.txt", include_str!("courier.txt")),
    ("dovecot.txt", include_str!("dovecot.txt")),
    ("messagingserver.txt", include_str!("messagingserver.txt")),
    ("x400.txt", include_str!("x400.txt")),
    ("imail.txt", include_str!("imail.txt")),
    ("mdaemon.txt", include_str!("mdaemon.txt")),
    ("communigate.txt", include_str!("communigate.txt")),
    ("mercury.txt", include_str!("mercury.txt")),
    ("smail.txt", include_str!("smail.txt")),
    ("sendmail.txt", include_str!("sendmail.txt")),
    ("zimbra.txt", include_str!("zimbra.txt")),
    ("lists.txt", include_str!("lists.txt")),
    ("providers.txt", include_str!("providers.txt")),
    ("generic.txt", include_str!("generic.txt")),
    ("german.txt", include_str!("german.txt")),
    ("french.txt", include_str!("french.txt")),
    ("spanish.txt", include_str!("spanish.txt")),
    ("italian.txt", include_str!("italian.txt")),
    ("portuguese.txt", include_str!("portuguese.txt")),
    ("dutch.txt", include_str!("dutch.txt")),
    ("polish.txt", include_str!("polish.txt")),
    ("russian.txt", include_str!("russian.txt")),
    ("japanese.txt", include_str!("japanese.txt")),
    ("chinese.txt", include_str!("chinese.txt")),
    ("anybody.txt", include_str!("anybody.txt")),
    ("servers.txt", include_str!("servers.txt")),
    ("reasons.txt", include_str!("reasons.txt")),
];

/// Who a report of some form may come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Writer {
    /// Whatever calls itself a mail system, or has a Subject that speaks of delivery.
    #[default]
    System,
    /// Anybody: the phrases alone are enough.
    Anybody,
    /// People, absence notes and challenges use such words, too: no letter of a postmaster, no mail with their marks.
    Doubtful,
    /// As doubtful, and a Subject that speaks of delivery is not enough.
    Program,
}

/// How one mail system's report is known, and where things stand in it. Phrases are folded.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Name in the evidence.
    pub(super) name: String,
    /// Who may have written it.
    pub(super) writer: Writer,
    /// Whether such a report is a warning that delivery is still tried.
    pub(super) delay: bool,
    /// Header fields of which one, with this beginning of its folded value, is enough. Empty: any value.
    pub(super) fields: Vec<(String, String)>,
    /// Indexes into the phrases of [`Rules::text`]; all of one row must occur.
    pub(super) text: Vec<Vec<usize>>,
    /// A line that begins so names a recipient.
    pub(super) leads: Vec<String>,
    /// A recipient stands behind these words, wherever they are in a line.
    pub(super) behind: Vec<String>,
    /// Words alone on a line after the beginning are recipients of this domain.
    pub(super) bare: Option<String>,
    /// The reason where nothing else tells one.
    pub(super) otherwise: Option<Reason>,
}

/// A system that refuses mail, and what its own codes mean. It counts only where the report names it.
#[derive(Debug, Default)]
pub(super) struct Server {
    pub(super) name: String,
    /// Ends of its host names.
    pub(super) hosts: Vec<String>,
    /// Enhanced status codes, whole, and what it means by them.
    pub(super) status: Vec<(String, Reason)>,
    /// Reply codes.
    pub(super) codes: Vec<(u16, Reason)>,
}

/// Whose phrase it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Everybody,
    Form(usize),
    Server(usize),
}

/// A phrase that tells a reason; the lowest rank that occurs wins.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) owner: Owner,
    pub(super) reason: Reason,
    /// Vague words: codes that mean something go before them.
    pub(super) weak: bool,
    pub(super) rank: usize,
    pub(super) phrase: String,
}

/// What a phrase in a line of a report means for its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The returned original begins here.
    Original,
    /// The list of recipients begins after this line.
    Begin(usize),
    /// The report ends before this line.
    End(usize),
    /// A recipient stands behind these words. `None`: in reports of any form.
    Behind(Option<usize>),
}

/// How much a status code says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Leaves nothing to the text, but for a few reasons that servers say in words only.
    Certain,
    /// Goes before weak phrases.
    Telling,
    /// Counts where the text says nothing.
    Vague,
}

/// All rules, ready for use.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) forms: Vec<Form>,
    pub(super) servers: Vec<Server>,
    /// Phrases that forms are known by.
    pub(super) text: AhoCorasick,
    pub(super) text_phrases: Vec<String>,
    /// Beginnings of Subjects, and whose they are.
    pub(super) subjects: Vec<(String, usize)>,
    /// Phrases of lines.
    pub(super) line: AhoCorasick,
    pub(super) marks: Vec<Mark>,
    pub(super) line_phrases: Vec<String>,
    /// Leads that hold in every form.
    pub(super) leads: Vec<String>,
    /// Phrases of reasons.
    pub(super) reasons: AhoCorasick,
    pub(super) told: Vec<Told>,
    pub(super) status: Vec<(String, Weight, Reason)>,
}

impl Rules {
    /// Whether two forms are one system's: a warning's words are those of the failure that follows it.
    pub(super) fn kin(&self, one: usize, other: usize) -> bool {
        let system = |at: usize| self.forms.get(at).map(|f| f.name.trim_end_matches("-warning"));
        one == other || system(one) == system(other)
    }

    /// The phrase of a line's mark.
    pub(super) fn line_phrase(&self, pattern: usize) -> &str {
        self.line_phrases.get(pattern).map_or("", String::as_str)
    }
}

/// The rules. `None` only if a file could not be read, which a test rules out.
pub(super) static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| parse::all(FILES).ok());
