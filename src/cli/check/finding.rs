//! What a check found, and how it is shown.

use std::fmt::Write;

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was tried, as `DNS college.test` or `mailbox abuse`.
    pub what: String,
    /// Whether it is in order.
    pub ok: bool,
    /// What was found, in words. No secret.
    pub words: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Finding {
    /// In order.
    #[must_use]
    pub fn good(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self { what: what.into(), ok: true, words: words.into(), remedy: None }
    }

    /// Not in order, and what to do.
    #[must_use]
    pub fn bad(what: impl Into<String>, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), ok: false, words: words.into(), remedy: Some(remedy.into()) }
    }
}

/// The findings as text for a terminal, the count at the end.
#[must_use]
pub fn print(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.what.chars().count()).max().unwrap_or(0).min(40);
    let mut text = String::new();
    for finding in findings {
        let mark = if finding.ok { "ok  " } else { "FAIL" };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{mark}  {:width$}  {}", plain(&finding.what), plain(&finding.words));
        if let Some(remedy) = &finding.remedy {
            let _ = writeln!(text, "      {:width$}  → {}", "", plain(remedy));
        }
    }
    let bad = findings.iter().filter(|finding| !finding.ok).count();
    let _ = match bad {
        0 => writeln!(text, "\nEverything that was tried is in order."),
        1 => writeln!(text, "\n1 of {} is not in order.", findings.len()),
        bad => writeln!(text, "\n{bad} of {} are not in order.", findings.len()),
    };
    text
}

/// 0 if everything is in order, otherwise 1.
#[must_use]
pub fn exit_code(findings: &[Finding]) -> u8 {
    u8::from(findings.iter().any(|finding| !finding.ok))
}

/// Words on one line: a server's answer may hold control characters, and a terminal obeys them.
fn plain(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_exit_code() {
        let good = Finding::good("database", "reached");
        let bad = Finding::bad("smtp", "refused\u{1b}[2J\r\nFAIL", "Look whether it runs");
        assert_eq!(exit_code(std::slice::from_ref(&good)), 0);
        assert!(print(std::slice::from_ref(&good)).ends_with("\nEverything that was tried is in order.\n"));
        let both = [good, bad];
        assert_eq!(exit_code(&both), 1);
        assert_eq!(
            print(&both),
            "ok    database  reached\nFAIL  smtp      refused [2J  FAIL\n                → Look whether it runs\n\n1 of 2 is not in order.\n"
        );
    }
}
