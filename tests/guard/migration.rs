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

/// What the version before could not live with: it reads and writes on while a newer one has migrated.
fn breaks_the_version_before(file: &Source) -> Option<String> {
    const TAKEN_AWAY: [&str; 8] = [
        "DROP TABLE",
        "DROP COLUMN",
        "RENAME",
        "ALTER COLUMN",
        "SET NOT NULL",
        "TRUNCATE",
        "DELETE FROM",
        "ADD CONSTRAINT",
    ];
    let lines = file.text.lines().filter(|line| !line.trim_start().starts_with("--")).map(str::to_ascii_uppercase);
    let text: String = lines.collect::<Vec<_>>().join("\n");
    let first = file.path.rsplit('/').next().is_some_and(|name| name.starts_with("0001"));
    let statements = text.split(';').filter(|_| !first);
    for statement in statements {
        if let Some(words) = TAKEN_AWAY.iter().find(|words| statement.contains(**words)) {
            return Some(format!("says {words}: the version before still needs what is there"));
        }
        if statement.contains("ADD COLUMN") && statement.contains("NOT NULL") && !statement.contains("DEFAULT") {
            return Some("adds a column that the version before cannot fill".to_owned());
        }
    }
    None
}

#[test]
fn a_migration_leaves_the_version_before_able_to_read_and_write() {
    let caught = [
        ("migrations/sqlite/0002_x.sql", "ALTER TABLE ticket DROP COLUMN kind;"),
        ("migrations/postgres/0002_x.sql", "ALTER TABLE ticket RENAME COLUMN kind TO sort;"),
        ("migrations/postgres/0002_x.sql", "ALTER TABLE ticket ADD COLUMN x BIGINT NOT NULL;"),
        ("migrations/sqlite/0002_x.sql", "-- away\ndrop table ticket;"),
    ];
    let fine = [
        (
            "migrations/sqlite/0002_x.sql",
            "ALTER TABLE ticket ADD COLUMN x BIGINT NOT NULL DEFAULT 0;\nCREATE TABLE y (z TEXT);",
        ),
        ("migrations/sqlite/0001_first.sql", "DROP TABLE x;"),
    ];
    super::rule::holds(&Source::below("migrations", ".sql"), breaks_the_version_before, &caught, &fine);
}
