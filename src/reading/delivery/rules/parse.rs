//! Reads the files of rules.

use aho_corasick::AhoCorasick;

use super::{Form, Mark, Owner, Rules, Server, Told, Weight, Writer};
use crate::{domain::delivery::Reason, reading::fold};

/// What the lines below a heading belong to.
enum Section {
    Form(usize),
    Server(usize),
    Reasons { weak: bool },
    Status(Weight),
    Layout,
}

/// Rules on the way to being ready.
#[derive(Default)]
struct Draft {
    forms: Vec<Form>,
    servers: Vec<Server>,
    text: Vec<String>,
    subjects: Vec<(String, usize)>,
    line: Vec<(String, Mark)>,
    leads: Vec<String>,
    told: Vec<Told>,
    status: Vec<(String, Weight, Reason)>,
}

/// Reads all files; the error says which line of which file is wrong and what would be right.
pub(super) fn all(files: &[(&str, &str)]) -> Result<Rules, String> {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.file(text).map_err(|(line, why)| format!("{name}, line {line}: {why}"))?;
    }
    let automaton = |phrases: Vec<&str>| AhoCorasick::new(phrases).map_err(|e| e.to_string());
    Ok(Rules {
        text: automaton(draft.text.iter().map(String::as_str).collect())?,
        line: automaton(draft.line.iter().map(|(phrase, _)| phrase.as_str()).collect())?,
        reasons: automaton(draft.told.iter().map(|t| t.phrase.as_str()).collect())?,
        marks: draft.line.iter().map(|(_, mark)| *mark).collect(),
        line_phrases: draft.line.iter().map(|(phrase, _)| phrase.clone()).collect(),
        text_phrases: draft.text,
        forms: draft.forms,
        servers: draft.servers,
        subjects: draft.subjects,
        leads: draft.leads,
        told: draft.told,
        status: draft.status,
    })
}

impl Draft {
    fn file(&mut self, text: &str) -> Result<(), (usize, String)> {
        let mut section = None;
        for (number, line) in text.lines().enumerate() {
            let (number, line) = (number + 1, line.trim());
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(heading) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = Some(self.section(heading).map_err(|why| (number, why))?);
                continue;
            }
            let section =
                section.as_ref().ok_or((number, "a heading such as [form NAME] must come first".to_owned()))?;
            let (key, value) = match line.split_once('=') {
                // An equals sign with a blank on each side parts key and value; others belong to phrases.
                Some((key, value)) if key.ends_with(' ') => (key.trim(), value.trim()),
                _ => (line, ""),
            };
            self.entry(section, key, value).map_err(|why| (number, why))?;
        }
        Ok(())
    }

    fn section(&mut self, heading: &str) -> Result<Section, String> {
        let (kind, name) = heading.split_once(' ').unwrap_or((heading, ""));
        match (kind, name) {
            ("form", name) if !name.is_empty() => {
                if self.forms.iter().any(|f| f.name == name) {
                    return Err(format!("a form {name} is there already"));
                }
                self.forms.push(Form { name: name.to_owned(), ..Form::default() });
                Ok(Section::Form(self.forms.len() - 1))
            }
            ("server", name) if !name.is_empty() => {
                self.servers.push(Server { name: name.to_owned(), ..Server::default() });
                Ok(Section::Server(self.servers.len() - 1))
            }
            ("reasons", "") => Ok(Section::Reasons { weak: false }),
            ("reasons", "weak") => Ok(Section::Reasons { weak: true }),
            ("status", "certain") => Ok(Section::Status(Weight::Certain)),
            ("status", "telling") => Ok(Section::Status(Weight::Telling)),
            ("status", "vague") => Ok(Section::Status(Weight::Vague)),
            ("layout", "") => Ok(Section::Layout),
            _ => Err(format!("[{heading}] is no heading; README.md lists them")),
        }
    }

    fn entry(&mut self, section: &Section, key: &str, value: &str) -> Result<(), String> {
        match section {
            Section::Form(form) => self.form(*form, key, value),
            Section::Server(server) => self.server(*server, key, value),
            Section::Reasons { weak } => self.reasons(Owner::Everybody, *weak, key, value),
            Section::Status(weight) => {
                let reason = reason(value)?;
                self.status.push((key.to_owned(), *weight, reason));
                Ok(())
            }
            Section::Layout => match key {
                "original" => {
                    self.line.extend(phrases(value).map(|p| (p, Mark::Original)));
                    Ok(())
                }
                "lead" => {
                    self.leads.extend(phrases(value));
                    Ok(())
                }
                "behind" => {
                    self.line.extend(phrases(value).map(|p| (p, Mark::Behind(None))));
                    Ok(())
                }
                _ => Err(format!("`{key}` is none of original, lead, behind")),
            },
        }
    }

    fn form(&mut self, at: usize, key: &str, value: &str) -> Result<(), String> {
        let Some(form) = self.forms.get_mut(at) else { return Ok(()) };
        match key {
            "anybody" => form.writer = Writer::Anybody,
            "program" => form.writer = Writer::Program,
            "delay" => form.delay = true,
            "doubtful" => form.writer = Writer::Doubtful,
            "subject" => self.subjects.extend(phrases(value).map(|p| (p, at))),
            "text" => {
                for row in value.split(" | ") {
                    let first = self.text.len();
                    self.text.extend(row.split(" + ").map(blank_ends));
                    form.text.push((first..self.text.len()).collect());
                }
            }
            "begin" => self.line.extend(phrases(value).map(|p| (p, Mark::Begin(at)))),
            "end" => self.line.extend(phrases(value).map(|p| (p, Mark::End(at)))),
            "lead" => form.leads.extend(phrases(value)),
            "behind" => {
                form.behind.extend(phrases(value));
                self.line.extend(phrases(value).map(|p| (p, Mark::Behind(Some(at)))));
            }
            "bare" => form.bare = Some(value.to_owned()),
            "otherwise" => form.otherwise = Some(reason(value)?),
            _ => match key.strip_prefix("field ") {
                Some(name) => form.fields.extend(value.split(" | ").map(|v| (name.to_owned(), v.trim().to_owned()))),
                None => return self.reasons(Owner::Form(at), false, key, value),
            },
        }
        Ok(())
    }

    fn server(&mut self, at: usize, key: &str, value: &str) -> Result<(), String> {
        let Some(server) = self.servers.get_mut(at) else { return Ok(()) };
        if key == "host" {
            server.hosts.extend(phrases(value));
        } else if let Some(code) = key.strip_prefix("code ") {
            let code = code.parse().map_err(|_| format!("{code} is no reply code"))?;
            server.codes.push((code, reason(value)?));
        } else if let Some(status) = key.strip_prefix("status ") {
            server.status.push((status.to_owned(), reason(value)?));
        } else {
            return self.reasons(Owner::Server(at), false, key, value);
        }
        Ok(())
    }

    fn reasons(&mut self, owner: Owner, weak: bool, key: &str, value: &str) -> Result<(), String> {
        let reason = reason(key)?;
        let rank = self.told.len();
        self.told.extend(phrases(value).map(|phrase| Told { owner, reason, weak, rank, phrase }));
        Ok(())
    }
}

fn reason(word: &str) -> Result<Reason, String> {
    word.parse().map_err(|_| format!("`{word}` is neither a key of this section nor a reason"))
}

fn phrases(value: &str) -> impl Iterator<Item = String> {
    value.split(" | ").map(blank_ends).filter(|p| !p.is_empty())
}

/// Blanks at a phrase's ends are written as `_`.
fn blank_ends(phrase: &str) -> String {
    let phrase = phrase.trim();
    let start = if phrase.starts_with('_') { " " } else { "" };
    let end = if phrase.ends_with('_') { " " } else { "" };
    format!("{start}{}{end}", fold::words(phrase.trim_matches('_')).trim_end())
}
