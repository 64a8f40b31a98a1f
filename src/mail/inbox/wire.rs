//! The connection under a session: TCP, with or without TLS.

use std::sync::Arc;

use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite, BufWriter},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{Account, InboxError};
use crate::mail::tls;

/// Anything that bytes go through in both directions.
pub(super) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Duplex for T {}

/// Writes are collected until flushed: async-imap writes tag, command and line end one by one, which
/// would be three packets and three TLS records.
pub(super) type Wire = BufWriter<Box<dyn Duplex>>;

pub(super) fn plain(stream: TcpStream) -> Wire {
    BufWriter::new(Box::new(stream))
}

pub(super) async fn dial(account: &Account) -> Result<TcpStream, InboxError> {
    let host = account.host.trim_start_matches('[').trim_end_matches(']');
    let error = |why: std::io::Error| InboxError::Connect {
        host: account.host.clone(),
        port: account.port,
        why: why.to_string(),
    };
    let stream = TcpStream::connect((host, account.port)).await.map_err(error)?;
    // Commands are short and wait for an answer; Nagle would add 40 ms to some.
    stream.set_nodelay(true).map_err(error)?;
    Ok(stream)
}

pub(super) async fn encrypt<S: Duplex + 'static>(
    stream: S,
    host: &str,
    config: Arc<ClientConfig>,
) -> Result<Wire, InboxError> {
    let name = tls::server_name(host)?;
    let stream = TlsConnector::from(config)
        .connect(name, stream)
        .await
        .map_err(|error| InboxError::Tls { host: host.to_owned(), why: error.to_string() })?;
    Ok(BufWriter::new(Box::new(stream)))
}
