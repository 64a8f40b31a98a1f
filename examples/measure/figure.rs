//! Figures, and whether they are what was promised.

use std::fmt;

/// What was promised for a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Promise {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
    /// Nothing; said for completeness.
    Nothing,
}

impl Promise {
    fn is_kept(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Nothing => true,
        }
    }
}

#[derive(Debug)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    promise: Promise,
    note: String,
}

/// All of them, in the order they were measured.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

impl Figures {
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        promise: Promise,
        note: impl Into<String>,
    ) {
        let figure = Figure { name: name.into(), value, unit, promise, note: note.into() };
        eprintln!("  {figure}");
        self.0.push(figure);
    }

    pub(crate) fn all_kept(&self) -> bool {
        self.0.iter().all(|figure| figure.promise.is_kept(figure.value))
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (promise, verdict) = match self.promise {
            Promise::AtLeast(least) => (format!("≥ {}", plain(least)), self.promise.is_kept(self.value)),
            Promise::AtMost(most) => (format!("≤ {}", plain(most)), self.promise.is_kept(self.value)),
            Promise::Nothing => (String::new(), true),
        };
        let verdict = match (self.promise, verdict) {
            (Promise::Nothing, _) => "",
            (_, true) => "kept",
            (_, false) => "MISSED",
        };
        let Self { name, value, unit, note, .. } = self;
        write!(f, "{name:<58} {:>9} {unit:<5} {promise:<8} {verdict:<6} {note}", plain(*value))
    }
}

/// As many decimals as a figure of its size has meaning.
fn plain(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|figure| writeln!(f, "{figure}"))
    }
}
