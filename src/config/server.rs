//! Host, port, TLS and authority: what an IMAP and an SMTP server have in common.

use std::{fs::File, io::Read, path::PathBuf};

use super::{
    error::ConfigError,
    section::Section,
    words::{host, is_loopback},
};

/// A bundle of every public authority has about 250 KiB.
const LONGEST: u64 = 4 << 20;

/// How a connection is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte.
    Implicit,
    /// Plain text at first, then `STARTTLS`, which is required.
    StartTls,
    /// Plain text. Only to this machine itself.
    None,
}

impl Tls {
    const WORDS: [(&'static str, Self); 3] =
        [("implicit", Self::Implicit), ("starttls", Self::StartTls), ("none", Self::None)];
}

/// A server to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Host name or IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// A PEM file of authorities to trust instead of the machine's own.
    pub ca_file: Option<PathBuf>,
}

/// The ports of a protocol: implicit TLS, STARTTLS, plain.
pub(super) type Ports = [u16; 3];

impl Section<'_> {
    /// Reads `host`, `port`, `tls`, `ca_file`. `default_host` stands in for a missing host, if there is one.
    pub(super) fn server(
        &mut self,
        default_host: Option<&str>,
        default_tls: fn(bool) -> Tls,
        ports: Ports,
    ) -> Option<Server> {
        let host = match (default_host, self.has("host")) {
            (Some(default), false) => {
                self.forget("host");
                Some(default.to_owned())
            }
            _ => self
                .required("host", "Name the server, as \"imap.college.test\"", |section, key| section.read(key, host)),
        };
        let loopback = host.as_deref().is_some_and(is_loopback);
        let tls_given = self.has("tls");
        let tls = self.choice("tls", &Tls::WORDS);
        // A word that is not known was reported; the default must not report a second time.
        let tls = tls.unwrap_or_else(|| default_tls(loopback));
        if let (Some(host), Tls::None, true) = (&host, tls, tls_given)
            && !loopback
        {
            let problem =
                format!("plain text to {host}, which is not this machine, would show passwords and mail on the way");
            let remedy = "Choose implicit or starttls; none is for 127.0.0.0/8, ::1 and localhost";
            self.report.error(ConfigError::new(self.full("tls"), problem, remedy).value("none"));
        }
        let port = self.whole("port", &(1..=65_535)).unwrap_or(match tls {
            Tls::Implicit => ports[0],
            Tls::StartTls => ports[1],
            Tls::None => ports[2],
        });
        let ca_file = self.ca_file();
        Some(Server { host: host?, port, tls, ca_file })
    }

    fn ca_file(&mut self) -> Option<PathBuf> {
        let place = self.place;
        self.read("ca_file", |name| {
            let path = place.file(name);
            let remedy = format!("Put the authority's certificate there ({}), in PEM form", path.display());
            let mut bytes = Vec::new();
            match File::open(&path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes)) {
                Err(error) => Err((format!("cannot be read: {error}"), remedy)),
                Ok(_) if bytes.windows(27).any(|part| part == b"-----BEGIN CERTIFICATE-----") => Ok(path),
                Ok(_) => Err(("not a PEM certificate".to_owned(), remedy)),
            }
        })
    }
}
