//! The connection under a session.

use std::sync::Arc;

use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite, BufWriter},
    net::TcpStream,
};

use super::{Account, InboxError, gate::Gate};
use crate::mail::line::{self, EncryptError};

/// Anything that bytes go through in both directions.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Duplex for T {}

/// Writes are collected until flushed: async-imap writes tag, command and line end one by one, which
/// would be three packets and three TLS records.
pub(super) type Wire = BufWriter<Gate<Box<dyn Duplex>>>;

pub(super) fn plain(stream: TcpStream) -> Wire {
    wire(Box::new(stream))
}

fn wire(stream: Box<dyn Duplex>) -> Wire {
    BufWriter::new(Gate::new(stream))
}

/// The bare connection again, for TLS to be put on it.
pub(super) fn bare(wire: Wire) -> Box<dyn Duplex> {
    wire.into_inner().into_inner()
}

pub(super) async fn dial(account: &Account) -> Result<TcpStream, InboxError> {
    line::dial(&account.host, account.port).await.map_err(|error| InboxError::Connect {
        host: account.host.clone(),
        port: account.port,
        why: error.to_string(),
    })
}

pub(super) async fn encrypt<S: Duplex + 'static>(
    stream: S,
    host: &str,
    config: Arc<ClientConfig>,
) -> Result<Wire, InboxError> {
    let stream = line::encrypt(stream, host, config).await.map_err(|error| match error {
        EncryptError::Setup(error) => InboxError::TlsSetup(error),
        EncryptError::Handshake(error) => InboxError::Tls { host: host.to_owned(), why: error.to_string() },
    })?;
    Ok(wire(Box::new(stream)))
}
