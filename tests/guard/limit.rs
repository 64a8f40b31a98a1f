//! Every configured limit is named where an administrator looks for it.

use super::source::Source;

/// The keys that the section `[limits]` asks for.
fn keys(code: &str) -> Vec<String> {
    let asked = code.split(['(', ' ', '\n']).filter_map(|word| word.strip_prefix('"')?.split('"').next());
    let is_key = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    asked.filter(is_key).map(ToOwned::to_owned).collect()
}

fn unnamed(keys: &[String], text: &str, form: impl Fn(&str) -> String) -> Vec<String> {
    keys.iter().filter(|key| !text.contains(&form(key))).cloned().collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("readable")
}

#[test]
fn every_limit_is_in_the_administrators_guide() {
    let code = Source::new("src/config/limits.rs", &read("src/config/limits.rs")).code();
    let keys = keys(&code);
    for known in ["message_mib", "connections_per_address", "header_seconds", "form_kib"] {
        assert!(keys.iter().any(|key| key == known), "{known} is not among {keys:?}");
    }
    let in_table = |key: &str| format!("| `{key}` |");
    let none = Vec::<String>::new();
    assert_eq!(unnamed(&keys, &read("docs/limits.md"), in_table), none, "docs/limits.md");
    assert_eq!(unnamed(&keys, &read("docs/configuration.md"), in_table), none, "docs/configuration.md");
    assert_eq!(unnamed(&keys, &read("postdesk.example.toml"), |key| format!("{key} = ")), none, "the example");
    assert_eq!(unnamed(&["no_such_limit".to_owned()], &read("docs/limits.md"), in_table), ["no_such_limit"]);
}
