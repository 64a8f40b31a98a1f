//! `[quarantine]` and `[[scanner]]`: read and checked, so that a configuration can be prepared.

use std::{net::SocketAddr, path::PathBuf};

use super::{section::Section, words};

/// Where held mail comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// A Unix socket, whose peer's user id can be checked.
    Socket(PathBuf),
    /// A TCP port.
    Tcp(SocketAddr),
}

/// `[quarantine]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantine {
    /// Where held mail comes in.
    pub listen: Door,
    /// User ids that may deliver through the socket.
    pub allowed_uids: Vec<u32>,
    /// Header that names the class.
    pub class_header: String,
    /// Domain in which a local part names the class.
    pub class_domain: Option<String>,
    /// Where released mail goes.
    pub release_host: String,
    /// Its port.
    pub release_port: u16,
}

impl Quarantine {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let beside = section.place.beside.clone();
        let listen_given = section.has("listen");
        let listen = section.read("listen", |text| door(text, &beside));
        let listen = if listen_given { listen } else { Some(Door::Socket(beside.join("quarantine.sock"))) };
        let allowed_uids = section.uids();
        let class_header = section.read("class_header", header).unwrap_or_else(|| "X-Postdesk-Class".to_owned());
        let class_domain = section.read("class_domain", words::domain);
        let release_host = section.read("release_host", words::host).unwrap_or_else(|| "127.0.0.1".to_owned());
        let release_port = section.whole("release_port", &(1..=65_535)).unwrap_or(10_026);
        section.finish();
        Some(Self { listen: listen?, allowed_uids, class_header, class_domain, release_host, release_port })
    }
}

impl Section<'_> {
    fn uids(&mut self) -> Vec<u32> {
        use toml::Value;
        let Some(given) = self.take("allowed_uids") else { return Vec::new() };
        let uids: Option<Vec<u32>> = match (&given.value, &given.variable) {
            (Value::Array(items), _) => {
                items.iter().map(|item| item.as_integer().and_then(|uid| u32::try_from(uid).ok())).collect()
            }
            (Value::String(text), Some(_)) => text.split(',').map(|uid| uid.trim().parse().ok()).collect(),
            _ => None,
        };
        if uids.is_none() {
            self.wrong("allowed_uids", &given, "not a list of user ids", "Write numbers, as [110, 111]");
        }
        uids.unwrap_or_default()
    }
}

fn door(text: &str, beside: &std::path::Path) -> Result<Door, (String, String)> {
    if let Ok(address) = text.parse() {
        return Ok(Door::Tcp(address));
    }
    if text.is_empty() || (text.contains(':') && !text.contains('/')) {
        return Err(("neither a path nor an address and a port".into(), "Write the path of a Unix socket".into()));
    }
    Ok(Door::Socket(beside.join(text)))
}

fn header(text: &str) -> Result<String, (String, String)> {
    let fit = !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fit.then(|| text.to_owned()).ok_or_else(|| ("not a header's name".into(), "Write it like X-Postdesk-Class".into()))
}
