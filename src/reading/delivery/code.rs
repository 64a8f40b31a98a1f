//! Finds reply codes (RFC 5321 §4.2) and enhanced status codes (RFC 3463) in words of servers.

/// The first SMTP reply code that tells of a failure, such as 550.
pub(super) fn reply(text: &str) -> Option<u16> {
    words(text).find_map(|word| {
        let word = word.split('-').next().unwrap_or_default();
        let code: u16 = (word.len() == 3).then(|| word.parse().ok()).flatten()?;
        // 4yz and 5yz, where y is 0 to 5.
        (matches!(code / 100, 4 | 5) && code % 100 < 60).then_some(code)
    })
}

/// The first reply code at all, 250 included: for reports of success.
pub(super) fn any_reply(text: &str) -> Option<u16> {
    reply(text).or_else(|| words(text).find_map(|w| (w == "250" || w == "251").then(|| w.parse().ok()).flatten()))
}

/// The first enhanced status code, such as `5.1.1`.
pub(super) fn status(text: &str) -> Option<String> {
    words(text).find(|word| is_status(word)).map(str::to_owned)
}

/// Whether a word is an enhanced status code: class 2, 4 or 5, three numbers. An address has four.
pub(super) fn is_status(word: &str) -> bool {
    let mut numbers = word.split('.');
    let class = matches!(numbers.next(), Some("2" | "4" | "5"));
    let short =
        |n: Option<&str>| n.is_some_and(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    class && short(numbers.next()) && short(numbers.next()) && numbers.next().is_none()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@')))
        .map(|w| w.trim_matches(['.', '-']))
        .filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        assert_eq!(reply("smtp; 550 5.1.1 <a@b.test>... User unknown"), Some(550));
        assert_eq!(reply("host 192.0.2.5 said: 421-4.7.0 slow down"), Some(421));
        assert_eq!(reply("connect to 203.0.113.7:25: refused after 587 s"), None);
        assert_eq!(status("(#5.1.1) no mailbox").as_deref(), Some("5.1.1"));
        assert_eq!(status("host 5.1.1.9 [4.4.4.4]"), None);
    }
}
