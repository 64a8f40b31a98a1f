//! How a mailbox, or the outbox, is: one word, and what to do about it.

use std::time::Duration;

use crate::{
    desk::outcome,
    domain::time::Moment,
    store::{Ailment, StoreResult, View, counter, mailbox::Mailbox, outbox},
    web::{Visit, line::line},
};

/// While a server tells of news by itself, it is asked only this often.
const IDLE: Duration = Duration::from_mins(20);
/// A mail that is due for so long is stuck.
const OVERDUE: Duration = Duration::from_mins(10);

/// A condition.
#[derive(Debug, Default)]
pub(in crate::web) struct Condition {
    /// `done`, `waiting` or `late`.
    pub(in crate::web) tone: &'static str,
    pub(in crate::web) word: &'static str,
    /// What is wrong, or how many; may be empty.
    pub(in crate::web) text: String,
    /// What to do; may be empty.
    pub(in crate::web) advice: &'static str,
}

/// A mailbox's condition. Trouble first.
pub(in crate::web) fn of_mailbox(visit: &Visit, mailbox: &Mailbox) -> Condition {
    let missing = mailbox.on_server - mailbox.kept_of_server;
    let silent = mailbox.polled_at.map(|at| visit.now.since(Moment::from_millis(at)));
    if !mailbox.configured {
        Condition {
            tone: "waiting",
            word: "not watched",
            text: "It left the configuration; its mail is kept.".into(),
            advice: "",
        }
    } else if let Some(ailment) = ailment(visit, &format!("mailbox {}", mailbox.id)) {
        // Before what is stored of it: a database in trouble does not take the news.
        let since = visit.when(ailment.since).relative;
        Condition {
            tone: "late",
            word: "failing",
            text: format!("{} (since {since})", line(&ailment.words)),
            advice: "Look at the database's disk and server.",
        }
    } else if !mailbox.trouble.is_empty() {
        let since = mailbox.trouble_at.map(|at| visit.when(Moment::from_millis(at)).relative);
        let since = since.map(|since| format!(" (since {since})")).unwrap_or_default();
        Condition {
            tone: "late",
            word: "failing",
            text: format!("{}{since}", line(&mailbox.trouble)),
            advice: "The console tries again by itself. Run `postdesk check` on the server to see what to do.",
        }
    } else if let Some(silent) = silent {
        if silent > IDLE.max(visit.web.settings.poll * 2) {
            Condition {
                tone: "late",
                word: "silent",
                text: format!("No answer for {} minutes.", silent.as_secs() / 60),
                advice: "Look whether the console's jobs run, and run `postdesk check` on the server.",
            }
        } else if !mailbox.move_trouble.is_empty() {
            Condition {
                tone: "waiting",
                word: "cannot mark",
                text: format!("Kept mail cannot be marked or moved on the server: {}", line(&mailbox.move_trouble)),
                advice: "Nothing is lost and new mail is taken. Mend the folder's rights; it is tried again every 15 minutes.",
            }
        } else if missing > 0 {
            Condition { tone: "waiting", word: "catching up", text: format!("{missing} not yet kept"), advice: "" }
        } else {
            Condition {
                tone: "done",
                word: "fine",
                text: format!("{} of {} kept", mailbox.kept_of_server, mailbox.on_server),
                advice: "",
            }
        }
    } else {
        Condition { tone: "waiting", word: "not yet reached", text: "No session so far.".into(), advice: "" }
    }
}

/// What the database would not do for this job, else for another: then this one's turn is about to come.
fn ailment(visit: &Visit, job: &str) -> Option<Ailment> {
    let health = visit.web.store.health();
    health.of(job).or_else(|| health.worst())
}

/// The outbox's condition.
pub(in crate::web) async fn of_outbox(visit: &Visit, view: &mut View) -> StoreResult<Condition> {
    let names = ["outbox.refused", "outbox.uncertain", "outbox.queued", "outbox.sending"];
    let [refused, uncertain, queued, sending] = counter::several(view, names).await?;
    let queued = queued + sending;
    let overdue = outbox::next_due(view).await?.is_some_and(|due| visit.now.since(due) >= OVERDUE);
    let trouble = outcome::relay_trouble(view).await?.filter(|_| queued > 0);
    Ok(if let Some(ailment) = ailment(visit, "outbox") {
        Condition {
            tone: "late",
            word: "failing",
            text: line(&ailment.words),
            advice: "Look at the database's disk and server.",
        }
    } else if let Some((since, words)) = trouble {
        let late = visit.now.since(since) >= OVERDUE;
        Condition {
            tone: if late { "late" } else { "waiting" },
            word: if late { "failing" } else { "not reached" },
            text: format!("{queued} queued; {} (since {})", line(&words), visit.when(since).relative),
            advice: "It is tried again by itself. Look whether the mail server runs, and run `postdesk check` on the server.",
        }
    } else if overdue {
        let text = format!("{queued} queued, the oldest overdue");
        let advice = "Look whether the console's jobs run and the mail server answers.";
        Condition { tone: "late", word: "stuck", text, advice }
    } else if refused + uncertain > 0 {
        let text = format!("{refused} refused, {uncertain} uncertain, {queued} queued");
        Condition { tone: "late", word: "needs you", text, advice: "Send them again, or discard them." }
    } else if queued > 0 {
        Condition { tone: "waiting", word: "sending", text: format!("{queued} queued"), advice: "" }
    } else {
        Condition { tone: "done", word: "fine", text: "nothing waits".into(), advice: "" }
    })
}
