//! TLS as every connection of this room uses it: rustls with ring, the machine's roots or one file of roots.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

/// How a connection is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// TLS from the first byte.
    #[default]
    Implicit,
    /// Plain text first, then STARTTLS, which is then required.
    StartTls,
    /// No TLS. Only to a loopback host.
    None,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of trusted certificates is of no use.
    #[error("ca_file {path}: {why}; give a PEM file with the certificate of the authority that signed the server's")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The machine trusts nobody.
    #[error("this machine has no trusted certificates; install ca-certificates, or name a ca_file")]
    NoRoots,
    /// The host is no name that a certificate can carry.
    #[error("`{0}` is no host name that a certificate could carry; write the server's name or address")]
    ServerName(String),
    /// Plain text to another machine.
    #[error(
        "plain text to {0} is refused, since passwords and mail would be readable on the way; set tls to implicit or starttls"
    )]
    PlainText(String),
    /// rustls refuses its own settings.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// Whether a host is this machine, by name or by address.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Refuses plain text to any host but this machine.
///
/// # Errors
/// [`TlsError::PlainText`].
pub fn plain_text_allowed(host: &str, tls: Tls) -> Result<(), TlsError> {
    if tls == Tls::None && !is_loopback(host) { Err(TlsError::PlainText(host.to_owned())) } else { Ok(()) }
}

/// The certificates of a PEM file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = |why: String| TlsError::CaFile { path: path.to_owned(), why };
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(certificates) if certificates.is_empty() => Err(bad("holds no certificate".into())),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(bad(error.to_string())),
    }
}

/// A client's TLS settings. With a `ca_file` nothing else is trusted.
///
/// # Errors
/// [`TlsError`] when there is nobody to trust.
pub fn client(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = ca_file {
        for certificate in certificates(path)? {
            roots
                .add(certificate)
                .map_err(|error| TlsError::CaFile { path: path.to_owned(), why: error.to_string() })?;
        }
    } else {
        // Single unreadable roots of the machine are left out; only an empty store is of no use.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(TlsError::NoRoots);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Setup)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The name that the server's certificate must carry.
///
/// # Errors
/// [`TlsError::ServerName`].
pub fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| TlsError::ServerName(host.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_only_in_plain_text() {
        for host in ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(plain_text_allowed(host, Tls::None).is_ok(), "{host}");
        }
        for host in ["mail.college.test", "10.0.0.1", "localhost.college.test", "127.0.0.1.college.test", ""] {
            assert!(plain_text_allowed(host, Tls::None).is_err(), "{host}");
            assert!(plain_text_allowed(host, Tls::StartTls).is_ok());
        }
    }

    #[test]
    fn a_useless_ca_file_is_named() {
        let error = client(Some(Path::new("/nowhere/ca.pem"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/ca.pem") && error.contains("PEM"), "{error}");
    }
}
