//! What each mail text is called and for.

/// Title and purpose of a mail text.
pub(super) fn described(name: &str) -> (String, &'static str) {
    let (what, language) = name.split_once('.').unwrap_or((name, ""));
    let (title, purpose) = match what {
        "acknowledgement" => ("Acknowledgement", "Sent at once when a complaint arrives."),
        "ask_for_headers" => ("Ask for full headers", "A reply to start from."),
        "wrong_address" => ("Wrong address", "Drafted for a sender who persists with an address that fails."),
        "closing" => ("Closing words", "A reply to start from."),
        "reply_frame" => ("Frame of every reply", "Stands around what a person writes."),
        other => (other, "A reply to start from."),
    };
    let language = match language {
        "" => return (title.to_owned(), purpose),
        "en" => "English",
        "de" => "German",
        "fr" => "French",
        other => other,
    };
    (format!("{title}, {language}"), purpose)
}

/// The words that are filled in, and what they mean.
pub(super) fn variables() -> Vec<(String, String)> {
    let meaning = |name: &str| match name {
        "ticket" => "The ticket's number, as #1042",
        "site" => "The name of the site",
        "postmaster" => "The address of the postmaster",
        "received" => "When the message arrived",
        "name" => "The name of the person we write to",
        "text" => "What a person wrote, in the frame of replies",
        "recipient" => "The address that fails, where a sender persists with it",
        "errors" => "How often it failed",
        "since" => "Since when",
        "cause" => "Why it failed last",
        _ => "",
    };
    let word = |name: &&str| (format!("{{{{{name}}}}}"), meaning(name).to_owned());
    crate::desk::text::NAMES.iter().map(word).collect()
}
