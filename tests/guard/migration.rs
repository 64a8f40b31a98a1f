//! Both databases have the same history.

use std::collections::BTreeSet;

use super::source::Source;

fn names(files: &[Source]) -> BTreeSet<&str> {
    files.iter().filter_map(|f| f.path.rsplit('/').next()).collect()
}

/// Tables and indexes of a schema, by name.
fn nouns(files: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in files.iter().flat_map(|f| f.text.lines()) {
        let line = line.replace("CREATE VIRTUAL TABLE", "CREATE TABLE").replace("CREATE UNIQUE INDEX", "CREATE INDEX");
        let mut words = line.split_whitespace();
        if words.next() == Some("CREATE") {
            let (what, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            found.insert(format!("{what} {name}"));
        }
    }
    found
}

/// The columns of each table in order, without their types.
fn columns(files: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut table = None;
    for line in files.iter().flat_map(|f| f.text.lines()) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next();
        } else if line.starts_with(");") {
            table = None;
        } else if let (Some(table), Some(column)) = (table, line.split_whitespace().next()) {
            found.insert(format!("{table}.{column}"));
        }
    }
    // The index of words is each engine's own.
    found.retain(|column| !column.starts_with("search."));
    found
}

#[test]
fn both_folders_have_the_same_migrations() {
    let (sqlite, postgres) = (Source::below("migrations/sqlite", ".sql"), Source::below("migrations/postgres", ".sql"));
    assert!(!sqlite.is_empty());
    assert_eq!(names(&sqlite), names(&postgres));
    let odd = |name: &&&str| {
        !name.split_once('_').is_some_and(|(n, _)| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    assert_eq!(names(&sqlite).iter().find(odd), None, "NNNN_name.sql");
}

#[test]
fn both_have_the_same_nouns() {
    let (sqlite, postgres) = (Source::below("migrations/sqlite", ".sql"), Source::below("migrations/postgres", ".sql"));
    let engine = |noun: &String| noun != "INDEX search_words";
    assert_eq!(nouns(&sqlite), nouns(&postgres).into_iter().filter(engine).collect());
    assert_eq!(columns(&sqlite), columns(&postgres));
    let missing =
        [Source::new("migrations/sqlite/0002_x.sql", "CREATE TABLE ticket (\n    number INTEGER,\n    extra TEXT\n);")];
    assert!(
        columns(&missing).contains("ticket.extra") && nouns(&missing).contains("TABLE ticket"),
        "a difference would be seen"
    );
}
