//! Links in text, also as cautious people write them: `hxxp://bad[.]example/x`.

/// Longest link kept, in bytes.
const LINK_BYTES: usize = 500;
const SCHEMES: &[(&str, &str)] = &[
    ("https://", "https://"),
    ("http://", "http://"),
    ("hxxps://", "https://"),
    ("hxxp://", "http://"),
    ("hxxps[:]//", "https://"),
    ("hxxp[:]//", "http://"),
    ("ftp://", "ftp://"),
];

/// The links of a text in its order, their scheme and dots made plain.
pub(super) fn links(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '|' | '`')).filter_map(link)
}

fn link(word: &str) -> Option<String> {
    let word = word.trim_start_matches(['(', '[', '\'', '*', '=']);
    // `URL:http://…` without a blank.
    let word = match word.split_once(':') {
        Some((label, rest)) if !rest.starts_with("//") && !rest.starts_with("]//") && label.len() < 12 => rest,
        _ => word,
    };
    let (scheme, plain) = SCHEMES
        .iter()
        .find(|(scheme, _)| word.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let rest = word.get(scheme.len()..)?.replace("[.]", ".").replace("(.)", ".").replace("[dot]", ".");
    let rest = rest.trim_end_matches(['.', ',', ';', ')', ']', '\'', '!', '?', '*']);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let sound = host.contains('.') && !rest.is_empty() && rest.len() <= LINK_BYTES;
    sound.then(|| format!("{plain}{rest}"))
}
