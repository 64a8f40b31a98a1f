//! `[site] directory_file`: the addresses that are known to be valid, one a line.

use std::{fs::File, io::Read, path::Path};

use super::section::Section;
use crate::domain::address::{domain_of, fold};

/// The largest file that is read: room for some hundred thousand addresses.
const LONGEST: u64 = 16 << 20;

impl Section<'_> {
    /// The addresses in the file that `key` names, folded and in order; none without the key. Empty lines and what follows
    /// a `#` are no addresses; of a line with commas or semicolons the first field counts.
    pub(super) fn directory(&mut self, key: &str) -> Vec<String> {
        let Some(given) = self.take(key) else { return Vec::new() };
        let Some(name) = given.value.as_str().filter(|name| !name.is_empty()) else {
            self.wrong(key, &given, "not the name of a file", "Put the path in quotation marks");
            return Vec::new();
        };
        let path = self.place.file(name);
        match read(&path) {
            Ok(addresses) => addresses,
            Err(problem) => {
                let remedy = format!("Write one address a line into {}, readable to Postdesk's user", path.display());
                self.wrong(key, &given, problem, remedy);
                Vec::new()
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<String>, String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let mut text = String::new();
    // One byte more than allowed tells a file that is too long.
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > LONGEST {
        return Err("a file of more than 16 MiB".to_owned());
    }
    let mut addresses = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_start_matches('\u{feff}').split('#').next().unwrap_or_default();
        let field = line.split([',', ';']).next().unwrap_or_default().trim().trim_matches('"');
        if field.is_empty() || (number == 1 && !field.contains('@')) {
            // A heading, as spreadsheets write it.
            continue;
        }
        if domain_of(field).is_none() || field.chars().any(char::is_whitespace) {
            return Err(format!("line {number} holds no mail address"));
        }
        addresses.push(fold(field));
    }
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[test]
    fn one_address_a_line() {
        let scratch = Scratch::new();
        let path = scratch.path().join("directory");
        let text =
            "Address,Name\r\nZoe@College.test, Zoe\n\n# left\n\"ann@college.test\";Ann # since May\nzoe@college.test\n";
        std::fs::write(&path, text).unwrap();
        assert_eq!(read(&path).unwrap(), ["ann@college.test", "zoe@college.test"]);
        std::fs::write(&path, "ann@college.test\nnobody\n").unwrap();
        assert_eq!(read(&path).unwrap_err(), "line 2 holds no mail address");
        assert!(read(&scratch.path().join("missing")).unwrap_err().starts_with("cannot be read"));
    }
}
