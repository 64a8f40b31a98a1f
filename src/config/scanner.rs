//! `[[scanner]]`: a virus scanner.

use super::section::Section;

/// How a scanner is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Over a socket: a path, or host and port.
    Address(String),
    /// By running a program on a file.
    Command(String),
}

/// `[[scanner]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanner {
    /// Name shown to people.
    pub name: String,
    /// Make, as `clamd`.
    pub kind: String,
    /// How it is asked.
    pub asked: Asked,
}

impl Scanner {
    pub(super) fn read(mut section: Section<'_>, name: String) -> Option<Self> {
        let kind = section.required("kind", "Write the scanner's make, as \"clamd\"", Section::text);
        let address = section.text("address");
        let command = section.text("command");
        let asked = match (address, command) {
            (Some(address), None) => Some(Asked::Address(address)),
            (None, Some(command)) => Some(Asked::Command(command)),
            (Some(_), Some(_)) => {
                section.lacks("command", "given together with address", "Keep one of the two");
                None
            }
            (None, None) => {
                section.lacks(
                    "address",
                    "missing, and so is command",
                    "Write where the scanner listens, or what to run",
                );
                None
            }
        };
        section.finish();
        Some(Self { name, kind: kind?, asked: asked? })
    }
}
