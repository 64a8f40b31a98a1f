//! Addresses in the fields of a delivery status (RFC 3464 §2.3.1, RFC 6533 §3).

use super::scan::untyped;

/// An address field's address: without type, brackets, comments; `\x{…}` of RFC 6533 undone.
pub(super) fn address(value: &str) -> String {
    let text = untyped(value);
    let inside = text.split_once('<').and_then(|(_, r)| r.split_once('>')).map(|(a, _)| a.trim().to_owned());
    let text = inside.unwrap_or_else(|| text.split(" (").next().unwrap_or_default().trim().to_owned());
    let text = text.trim_matches(['<', '>', ' ']);
    let scheme = ["mailto:", "smtp:", "dda:smtp=", "rfc822;", "imceaex-"]
        .iter()
        .find(|s| text.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)));
    let text = scheme.and_then(|s| text.get(s.len()..)).unwrap_or(text);
    // Quotation marks round the whole are decoration; round the local part they belong to it.
    let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_owned();
    // A source route (RFC 5321 appendix C) leads to the address behind its colon.
    let text = match text.strip_prefix('@').and_then(|t| t.split_once(':')) {
        Some((_, behind)) => behind.to_owned(),
        None => text,
    };
    if text.contains("\\x{") { unescape(&text) } else { text }
}

/// Whether it is an address, and no command, file or X.400 name.
pub(super) fn is_mailbox(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !local.contains(['|', '/']) && !domain.is_empty())
}

/// Whether the field holds a source route: what is behind it is a name inside the last host.
pub(super) fn is_routed(value: &str) -> bool {
    let text = untyped(value);
    text.trim_start_matches(['<', ' ']).strip_prefix('@').is_some_and(|t| t.contains(':'))
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(hex, tail)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, tail)))
        {
            Some((c, tail)) if !c.is_control() => {
                out.push(c);
                rest = tail;
            }
            _ => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(address("rfc822; <kate@far.test> (Kate)"), "kate@far.test");
        assert_eq!(address("utf-8; k\\x{E4}te@far.test"), "käte@far.test");
        assert_eq!(address("rfc822; @relay.test:kate@far.test"), "kate@far.test");
        assert_eq!(address("rfc822;SMTP:kate@far.test"), "kate@far.test");
        assert!(is_mailbox("kate@server"));
        assert!(!is_mailbox("|/bin/filter@far.test"));
        assert!(is_routed("rfc822;@relay.test:kate@server"));
        assert!(!is_routed("rfc822;kate@server"));
    }
}
