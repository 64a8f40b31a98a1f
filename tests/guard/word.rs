//! Words that stand nowhere, and the size and names of files.

use super::{rule::holds, source::Source};

fn everything() -> Vec<Source> {
    ["src", "tests", "examples", "benches"].iter().flat_map(|folder| Source::below(folder, ".rs")).collect()
}

fn never(words: &'static [&'static str]) -> impl Fn(&Source) -> Option<String> {
    move |file| {
        let code = file.code();
        words.iter().find(|word| code.contains(**word)).map(|word| format!("says {word}"))
    }
}

#[test]
fn nothing_panics_on_purpose_outside_tests() {
    let breach = never(&[".unwrap()", ".expect(\"", "panic!(", "unreachable!(", "todo!(", "unimplemented!("]);
    let caught = [
        ("src/a.rs", "let x = y.unwrap();"),
        ("src/a.rs", "let x = y.expect(\"fine\");"),
        ("src/a.rs", "if x { panic!(\"no\") }"),
    ];
    let fine = [
        ("src/a.rs", "y.unwrap_or_default()\n// y.unwrap()\n#[expect(dead_code, reason = \"x\")]"),
        ("src/web/tests.rs", "y.unwrap()"),
    ];
    holds(&Source::below("src", ".rs"), breach, &caught, &fine);
}

#[test]
fn statements_are_never_made_of_text() {
    let breach = never(&["AssertSqlSafe", "raw_sql("]);
    holds(&Source::below("src", ".rs"), breach, &[("src/store/a.rs", "query(AssertSqlSafe(format!(\"…\")))")], &[]);
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let breach = never(&["#[allow(", "#![allow("]);
    let caught = [("src/a.rs", "#[allow(dead_code)]"), ("src/a.rs", "#![allow(clippy::all)]")];
    holds(&Source::below("src", ".rs"), breach, &caught, &[("src/a.rs", "#[expect(dead_code, reason = \"x\")]")]);
}

#[test]
fn files_are_short() {
    let breach = |file: &Source| {
        let lines = file.text.lines().count();
        (lines >= 500).then(|| format!("{lines} lines"))
    };
    let long = "x\n".repeat(500);
    holds(&everything(), breach, &[("src/a.rs", long.as_str())], &[("src/a.rs", &long[..998])]);
}

#[test]
fn every_file_has_a_noun_of_its_own() {
    const NO_NOUNS: &[&str] = &[
        "util", "utils", "service", "services", "model", "models", "common", "helper", "helpers", "misc", "shared",
        "core", "lib2",
    ];
    let breach = |file: &Source| {
        let mut parts = file.path.trim_end_matches(".rs").trim_end_matches(".html").split('/');
        parts.find(|part| NO_NOUNS.contains(part)).map(|part| format!("`{part}` is not understood yet"))
    };
    let caught = [("src/web/utils.rs", ""), ("src/models/ticket.rs", ""), ("templates/common/head.html", "")];
    let files: Vec<Source> = everything().into_iter().chain(Source::below("templates", "")).collect();
    holds(&files, breach, &caught, &[("src/web/useful.rs", "")]);
}

#[test]
fn time_and_chance_come_from_the_clock() {
    let breach = |file: &Source| {
        let code = file.code();
        let words = ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "rand::", "tokio::time::sleep"];
        let found = words.iter().find(|word| code.contains(**word));
        (file.path != "src/clock.rs").then_some(found).flatten().map(|word| format!("says {word}; only clock.rs may"))
    };
    let caught = [("src/jobs/a.rs", "let now = Instant::now();"), ("src/store/a.rs", "rand::rng()")];
    holds(&Source::below("src", ".rs"), breach, &caught, &[("src/clock.rs", "SystemTime::now()")]);
}
