//! A rule: files, what is wrong with one, and examples that must be caught.

use super::source::Source;

/// Fails with every file that breaks the rule; fails as well if an example of a breach is not caught, or one of good
/// conduct is.
pub(super) fn holds(
    files: &[Source],
    breach: impl Fn(&Source) -> Option<String>,
    caught: &[(&str, &str)],
    fine: &[(&str, &str)],
) {
    for (path, text) in caught {
        assert!(breach(&Source::new(path, text)).is_some(), "the guard would not catch {path}: {text}");
    }
    for (path, text) in fine {
        let found = breach(&Source::new(path, text));
        assert!(found.is_none(), "the guard would wrongly catch {path}: {found:?}");
    }
    assert!(!files.is_empty(), "a guard that looks at nothing guards nothing");
    let found: Vec<String> = files.iter().filter_map(|f| breach(f).map(|why| format!("{}: {why}", f.path))).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
