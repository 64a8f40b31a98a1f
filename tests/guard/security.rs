//! What the page on security promises is shown by tests that exist.

use super::source::Source;

/// Words in backquotes that look like the names of tests.
fn named(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| {
            word.matches('_').count() >= 3
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
        .collect()
}

fn missing<'a>(names: &[&'a str], files: &[Source]) -> Vec<&'a str> {
    let is_there = |name: &str| {
        files
            .iter()
            .any(|file| file.text.contains(&format!("fn {name}(")) || file.text.contains(&format!("on_both!({name},")))
    };
    names.iter().copied().filter(|name| !is_there(name)).collect()
}

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md");
    let text = std::fs::read_to_string(path).expect("readable");
    let names = named(&text);
    assert!(names.len() > 60, "{names:?}");
    let files: Vec<Source> = ["src", "tests"].iter().flat_map(|folder| Source::below(folder, ".rs")).collect();
    assert_eq!(missing(&names, &files), Vec::<&str>::new());
    assert_eq!(missing(&["no_such_test_is_there_at_all_ever"], &[]), ["no_such_test_is_there_at_all_ever"]);
}
