//! Mail texts: `{{name}}` is replaced by its value, once; nothing else is special.

/// The texts that come with the program, by name. Edited versions live in the store.
pub const SEEDS: &[(&str, &str)] = &[
    ("acknowledgement.de", include_str!("../../templates/mail/acknowledgement.de.txt")),
    ("acknowledgement.en", include_str!("../../templates/mail/acknowledgement.en.txt")),
    ("acknowledgement.fr", include_str!("../../templates/mail/acknowledgement.fr.txt")),
    ("ask_for_headers.en", include_str!("../../templates/mail/ask_for_headers.en.txt")),
    ("closing.en", include_str!("../../templates/mail/closing.en.txt")),
    ("reply_frame", include_str!("../../templates/mail/reply_frame.txt")),
    ("wrong_address.de", include_str!("../../templates/mail/wrong_address.de.txt")),
    ("wrong_address.en", include_str!("../../templates/mail/wrong_address.en.txt")),
    ("wrong_address.fr", include_str!("../../templates/mail/wrong_address.fr.txt")),
];

/// Names that may stand in a mail text.
pub const NAMES: &[&str] =
    &["ticket", "site", "postmaster", "received", "name", "text", "recipient", "errors", "since", "cause"];

/// Replaces every `{{name}}` by its value. A value is never looked at again, so it cannot smuggle names in.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name.trim()) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{{", name, "}}"]),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// Names in a text that nothing is known for, so that an editor is told before saving.
#[must_use]
pub fn unknown_names(text: &str) -> Vec<String> {
    text.split("{{")
        .skip(1)
        .filter_map(|part| part.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| !NAMES.contains(&name.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_read_again() {
        assert_eq!(fill("a {{x}} {{ y }} {{z}} {{", &[("x", "{{y}}"), ("y", "2")]), "a {{y}} 2 {{z}} {{");
    }

    #[test]
    fn seeds_use_known_names_only() {
        for (name, text) in SEEDS {
            assert!(unknown_names(text).is_empty(), "{name}");
        }
    }
}
