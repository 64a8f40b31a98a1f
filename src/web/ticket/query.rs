//! The small language of the search field: `state:new kind:complaint from:ann@x.test owner:me tag:arf words`.

use std::fmt::Write;

use crate::domain::{address, kind::Kind, ticket::State};

/// Longest search, in characters.
const LONGEST: usize = 300;

/// Whose tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Owner {
    #[default]
    Anybody,
    Me,
    Nobody,
    Login(String),
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) state: Option<State>,
    /// `state:any`: the closed ones too.
    pub(super) any_state: bool,
    pub(super) kind: Option<Kind>,
    pub(super) owner: Owner,
    /// Folded.
    pub(super) from: String,
    pub(super) tag: String,
    pub(super) words: Vec<String>,
}

impl Query {
    /// Reads a search; with it what was not understood, in words.
    pub(super) fn read(text: &str) -> (Self, String) {
        let (mut query, mut trouble) = (Self::default(), Vec::new());
        for term in terms(&text.chars().take(LONGEST).collect::<String>()) {
            let Some((name, value)) = term.split_once(':').filter(|(name, value)| known(name) && !value.is_empty())
            else {
                query.words.push(term);
                continue;
            };
            if let Err(words) = query.set(name, value) {
                trouble.push(words);
            }
        }
        (query, trouble.join(" "))
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |known: &dyn std::fmt::Display| format!("{name}:{value} is {known}.");
        match name {
            "state" if value == "any" => self.any_state = true,
            "state" => self.state = Some(value.parse().map_err(|known| wrong(&known))?),
            "kind" => self.kind = Some(value.parse().map_err(|known| wrong(&known))?),
            "owner" => {
                self.owner = match value {
                    "me" => Owner::Me,
                    "nobody" | "none" => Owner::Nobody,
                    login => Owner::Login(address::fold(login)),
                }
            }
            "from" => self.from = address::fold(value),
            _ => self.tag = value.to_lowercase(),
        }
        Ok(())
    }

    /// The search as it would be typed.
    pub(super) fn text(&self) -> String {
        let mut terms = Vec::new();
        if self.any_state {
            terms.push("state:any".to_owned());
        }
        terms.extend(self.state.map(|state| format!("state:{state}")));
        terms.extend(self.kind.map(|kind| format!("kind:{kind}")));
        terms.extend(match &self.owner {
            Owner::Anybody => None,
            Owner::Me => Some("owner:me".to_owned()),
            Owner::Nobody => Some("owner:nobody".to_owned()),
            Owner::Login(login) => Some(quoted("owner:", login)),
        });
        if !self.from.is_empty() {
            terms.push(quoted("from:", &self.from));
        }
        if !self.tag.is_empty() {
            terms.push(quoted("tag:", &self.tag));
        }
        terms.extend(self.words.iter().map(|word| quoted("", word)));
        terms.join(" ")
    }

    /// Where its list is.
    pub(super) fn href(&self) -> String {
        let text = self.text();
        if text.is_empty() { "/tickets".to_owned() } else { format!("/tickets?q={}", encoded(&text)) }
    }

    /// Whether only state and kind narrow the list, so that kept counts tell how many there are.
    pub(super) fn is_counted(&self) -> bool {
        self.owner == Owner::Anybody && self.from.is_empty() && self.tag.is_empty() && self.words.is_empty()
    }
}

fn known(name: &str) -> bool {
    ["state", "kind", "owner", "from", "tag"].contains(&name)
}

fn quoted(name: &str, value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("{name}\"{value}\"") } else { format!("{name}{value}") }
}

/// Terms between blanks; a quotation mark holds blanks together.
fn terms(text: &str) -> Vec<String> {
    let (mut terms, mut term, mut held) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => held = !held,
            c if c.is_whitespace() && !held => {
                if !term.is_empty() {
                    terms.push(std::mem::take(&mut term));
                }
            }
            c => term.push(c),
        }
    }
    if !term.is_empty() {
        terms.push(term);
    }
    terms
}

/// A text as part of an address.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_it_writes() {
        for text in
            ["", "state:new kind:complaint owner:me from:ann@x.test tag:\"feedback loop\" spam", "state:any #12"]
        {
            let (query, trouble) = Query::read(text);
            assert_eq!((query.text().as_str(), trouble.as_str()), (text, ""));
        }
    }

    #[test]
    fn what_is_not_known_is_searched_or_told() {
        let (query, trouble) = Query::read("colour:red http://x.test state:lost from:");
        assert_eq!(query.words, ["colour:red", "http://x.test", "from:"]);
        assert_eq!(trouble, "state:lost is not one of new, acknowledged, investigating, closed.");
        assert_eq!(Query::read("tag:\"a b").0.tag, "a b");
    }

    #[test]
    fn an_address_holds_it() {
        let (query, _) = Query::read("kind:complaint \"x & y\"");
        assert_eq!(query.href(), "/tickets?q=kind:complaint%20%22x%20%26%20y%22");
    }
}
