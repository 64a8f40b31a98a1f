//! A certificate authority and a server certificate, made on the spot.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::server::prepare;

/// Where they are.
pub(crate) struct Certificates {
    authority: PathBuf,
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificates {
    /// Makes both, unless a kept directory has them already: a client may have been told to trust them.
    ///
    /// rustls refuses what `openssl req -x509` makes by default (a certificate that is its own authority), hence an
    /// authority and a leaf with `CA:FALSE` and its names.
    pub(crate) async fn make(dir: &Path) -> Result<Self> {
        let tls = dir.join("tls");
        std::fs::create_dir_all(&tls)?;
        let file = |name: &str| tls.join(name);
        let made = Self { authority: file("ca.pem"), chain: file("server.pem"), key: file("server.key") };
        if made.chain.exists() {
            return Ok(made);
        }
        let [ca_key, ca, key, chain] =
            [&file("ca.key"), &made.authority, &made.key, &made.chain].map(|path| path.display().to_string());
        let common = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let mut authority = common.to_vec();
        authority.extend(["-subj", "/CN=Postdesk test authority", "-days", "3650", "-keyout", &ca_key, "-out", &ca]);
        authority.extend(["-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
        prepare(None, &authority).await?;
        let mut leaf = common.to_vec();
        leaf.extend(["-subj", "/CN=localhost", "-days", "800", "-keyout", &key, "-out", &chain]);
        leaf.extend(["-CA", &ca, "-CAkey", &ca_key]);
        leaf.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
        leaf.extend(["-addext", "keyUsage=critical,digitalSignature"]);
        leaf.extend(["-addext", "extendedKeyUsage=serverAuth"]);
        leaf.extend(["-addext", "subjectAltName=DNS:localhost,DNS:mail.college.test,IP:127.0.0.1"]);
        prepare(None, &leaf).await?;
        Ok(made)
    }

    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        vec![("CA_FILE", self.authority.display().to_string())]
    }
}
