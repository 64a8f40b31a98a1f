//! The files of the repository, and what of them is code.

use std::path::{Path, PathBuf};

/// A file by its path from the root of the repository.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Every file below a folder whose name ends so.
    pub(super) fn below(folder: &str, ending: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        let mut folders: Vec<PathBuf> = vec![root.join(folder)];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for path in entries.map(|e| e.expect("an entry").path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_str().is_some_and(|p| p.ends_with(ending)) {
                    let text = std::fs::read(&path).expect("readable");
                    let path = path.strip_prefix(root).expect("below the root").display().to_string();
                    found.push(Self { path, text: String::from_utf8_lossy(&text).into_owned() });
                }
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// The code without comments and without tests. A file's unit tests stand at its end.
    pub(super) fn code(&self) -> String {
        if self.is_test() {
            return String::new();
        }
        let body = self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        body.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
    }

    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.split('/').any(|folder| matches!(folder, "tests" | "testing"))
            || matches!(name, "tests.rs" | "testing.rs")
            || name.ends_with("_tests.rs")
    }

    /// The room of the house a file of `src` stands in.
    pub(super) fn room(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

/// Whether `word` stands in `text` as a whole word.
pub(super) fn says(text: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !part(text[..at].chars().next_back()) && !part(text[at + word.len()..].chars().next()))
}

/// What follows each `prefix::` in a code: one name, or those of a group in braces.
pub(super) fn named_after(code: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, found) in code.match_indices(prefix) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == ':') {
            continue;
        }
        let rest = &code[at + found.len()..];
        let name =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        let Some(group) = rest.strip_prefix('{') else {
            names.push(name(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (here, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    names.push(name(&group[start..here]));
                    start = here + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn names_are_found_alone_and_in_groups() {
    let code = "use crate::domain::{a, b};\nuse crate::{store::{self, x}, web,\n clock};\n$crate::desk; my_crate::cli;";
    assert_eq!(named_after(code, "crate::"), ["domain", "store", "web", "clock"]);
    assert!(says("a sqlx::query", "sqlx") && !says("my_sqlx", "sqlx") && !says("sqlxx", "sqlx"));
    let source = Source::new("src/a.rs", "let x = 1;\n// x.unwrap()\n#[cfg(test)]\nmod tests { y.unwrap() }");
    assert!(!source.code().contains("unwrap"));
}
