//! Figures of accuracy, printed as a table and held to their floors.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Write as _, stderr},
};

/// Right and asked, by the name of the figure.
#[derive(Default)]
pub(super) struct Table {
    figures: Vec<(&'static str, u32, u32)>,
    kinds: BTreeMap<String, u32>,
    wrong: Vec<String>,
}

impl Table {
    /// Counts one answer.
    pub(super) fn count(&mut self, figure: &'static str, right: bool) {
        let at = self.figures.iter().position(|(name, ..)| *name == figure).unwrap_or_else(|| {
            self.figures.push((figure, 0, 0));
            self.figures.len() - 1
        });
        let (_, hits, asked) = &mut self.figures[at];
        *hits += u32::from(right);
        *asked += 1;
    }

    /// Counts one message of a class that was read as some kind.
    pub(super) fn kind(&mut self, class: &str, kind: &str) {
        *self.kinds.entry(format!("{class} read as {kind}")).or_default() += 1;
    }

    /// Remembers what was wrong, to be told if a figure falls.
    pub(super) fn wrong(&mut self, what: String) {
        self.wrong.push(what);
    }

    /// Prints the table, then fails if a figure is below its floor.
    pub(super) fn print_and_hold(&self, folder: &str, floors: &[(&str, f64)]) {
        let mut out = format!("\naccuracy on {folder}\n");
        for (name, hits, asked) in &self.figures {
            let _ = writeln!(out, "  {name:<44} {hits:>4} of {asked:<4} {:.3}", share(*hits, *asked));
        }
        for (kind, count) in &self.kinds {
            let _ = writeln!(out, "  {kind:<44} {count:>4}");
        }
        // Not captured: the table is to be seen whenever the corpus is there.
        let _ = stderr().write_all(out.as_bytes());
        for (name, floor) in floors {
            let found = self.figures.iter().find(|(n, ..)| n == name);
            let (_, hits, asked) = found.unwrap_or_else(|| panic!("nothing was asked for `{name}`"));
            let reached = share(*hits, *asked);
            assert!(reached >= *floor, "{folder}: {name} fell to {reached:.3} from {floor}\n{}", self.wrong.join("\n"));
        }
    }
}

fn share(hits: u32, asked: u32) -> f64 {
    f64::from(hits) / f64::from(asked.max(1))
}
