//! Addresses in lines of a report.

use std::collections::HashSet;

/// The report's own sender and addressee, folded: they are not the ones that failed.
pub(super) type Own = HashSet<String>;

/// An address at the beginning of a line, with what follows it.
pub(super) fn at_beginning(line: &str, leads: &[&str], own: &Own) -> Option<(String, String)> {
    let line = line.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '-' | '>' | '•' | '·' | '|' | '=' | '+' | '【' | '［')
    });
    let line = numbered(line);
    let transcript = transcript_line(line);
    let code = transcript.and(line.get(..4)).unwrap_or_default();
    let line = transcript.unwrap_or(line);
    let lower = line.to_ascii_lowercase();
    let lead = leads.iter().filter(|lead| lower.starts_with(**lead)).max_by_key(|lead| lead.len());
    // A lead may be the only word on the reason: `Unknown user: …`.
    let said = lead.map(|lead| format!("{} ", lead.trim_end_matches([':', ' ']))).unwrap_or_default();
    let line = lead.and_then(|lead| line.get(lead.len()..)).unwrap_or(line).trim_start_matches([' ', '\t', ':', '.']);
    let (address, rest) = split(line)?;
    (!own.contains(&address.to_lowercase())).then(|| {
        let rest = rest.trim_start_matches([':', ' ', '>', '.', ',', '"', '\'', ')']);
        let said = if lead.is_some_and(|l| tells(l)) { said.as_str() } else { "" };
        (address, format!("{code}{said}{rest}"))
    })
}

/// Leads that say why, and not only whom.
fn tells(lead: &str) -> bool {
    ["unknown", "exceed", "full", "invalid", "not ", "attempts", "loop"].iter().any(|word| lead.contains(word))
}

/// The address that a text begins with, and what follows it.
fn split(text: &str) -> Option<(String, &str)> {
    let (address, rest) = if let Some(inside) = text.strip_prefix('<') {
        inside.split_once('>')?
    } else if let Some((name, inside)) = text.split_once('<').filter(|(name, _)| is_name(name)) {
        let _ = name;
        inside.split_once('>')?
    } else {
        let ends =
            |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '(' | '[' | '<' | '】' | '］' | '、' | '。');
        text.split_at(text.find(ends).unwrap_or(text.len()))
    };
    Some((clean(address)?, rest))
}

/// A display name before an address in brackets: short, quoted or of few words, and no sentence.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() < 60 && text.starts_with('"') && text.ends_with('"')
}

/// An address without what reports put round it.
pub(super) fn clean(word: &str) -> Option<String> {
    let word = word.trim().trim_matches(['"', '\'', '.', '<', '>', ' ', '`', '(', ')', '[', ']', ',', ';', '!', '?']);
    let word = ["mailto:", "smtp:", "rfc822;", "smtp;", "internet:"]
        .iter()
        .find_map(|scheme| {
            word.get(..scheme.len()).filter(|s| s.eq_ignore_ascii_case(scheme)).and_then(|_| word.get(scheme.len()..))
        })
        .unwrap_or(word);
    // A source route (RFC 5321 appendix C) leads to the address behind its colon.
    let word = word.strip_prefix('@').and_then(|w| w.split_once(':')).map_or(word, |(_, behind)| behind);
    is_address(word).then(|| word.to_owned())
}

/// `1. ` and `2) ` before an entry of a list.
fn numbered(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or_default();
    match rest.strip_prefix(['.', ')']) {
        Some(rest) if (1..=3).contains(&digits) && rest.starts_with(' ') => rest.trim_start(),
        _ => line,
    }
}

/// `550 <user@host>... User unknown`, as sendmail's transcripts name the recipient.
fn transcript_line(line: &str) -> Option<&str> {
    let (code, rest) = line.split_once(' ')?;
    let known = code.len() == 3 && code.starts_with(['4', '5']) && code.bytes().all(|b| b.is_ascii_digit());
    let rest = match rest.split_once(' ') {
        // An enhanced status code may stand between.
        Some((status, behind)) if status.bytes().all(|b| b.is_ascii_digit() || b == b'.') => behind,
        _ => rest,
    };
    let named = rest.starts_with('<') && rest.contains(">...");
    let bare = rest.split("...").next().is_some_and(|w| rest.contains("...") && !w.contains(' ') && is_address(w));
    (known && (named || bare)).then_some(rest)
}

/// Every address in a line that is not the report's own, in order.
pub(super) fn inside<'t>(line: &'t str, own: &'t Own) -> impl Iterator<Item = String> + 't {
    line.split(|c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '[' | ']' | '、' | '。' | '「' | '」' | '：')
    })
    .filter_map(|word| clean(word.trim_matches([':', '.', '\'', '*'])))
    .filter(|address| !own.contains(&address.to_lowercase()))
}

/// Whether a word is an address. Message-IDs look like one and are told by their brackets before this.
pub(super) fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    !local.is_empty()
        && local.len() <= 200
        && domain.len() > 2
        && domain.len() <= 255
        && !domain.starts_with(['.', '-'])
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && (local.starts_with('"') || !local.contains([' ', '<', '>', '/', ':', ',', ';', '(', ')']))
        && !local.contains("=?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings() {
        let own = Own::new();
        let leads = ["unknown user: ", "recipient: "];
        let found = |line: &str| at_beginning(line, &leads, &own);
        let kate = |rest: &str| Some(("kate@far.test".to_owned(), rest.to_owned()));
        assert_eq!(found("<kate@far.test>: no such user"), kate("no such user"));
        assert_eq!(
            found("550 5.1.1 <kate@far.test>... User unknown"),
            kate("550 User unknown".trim_start_matches(' '))
                .map(|(a, _)| (a, "550 ... User unknown".replace("... ", "")))
        );
        assert_eq!(found("Unknown user: kate@far.test"), kate("unknown user "));
        assert_eq!(found("2. kate@far.test (full)"), kate("(full)"));
        assert_eq!(found("\"Kate\" <kate@far.test> left"), kate("left"));
        assert_eq!(found("we write to kate@far.test"), None);
    }

    #[test]
    fn addresses() {
        assert_eq!(clean("<mailto:kate@far.test>").as_deref(), Some("kate@far.test"));
        assert_eq!(clean("@relay.test:kate@far.test").as_deref(), Some("kate@far.test"));
        assert!(!is_address("kate@"));
        assert!(!is_address("a b@far.test"));
        assert!(is_address("\"a b\"@far.test"));
    }
}
