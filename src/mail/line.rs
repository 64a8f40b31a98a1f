//! TCP and TLS under both protocols.

use std::{io, sync::Arc};

use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::tls::{self, TlsError};

/// Why a connection is not encrypted.
#[derive(Debug)]
pub(super) enum EncryptError {
    Setup(TlsError),
    Handshake(io::Error),
}

pub(super) async fn dial(host: &str, port: u16) -> io::Result<TcpStream> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((bare, port)).await?;
    // Both protocols send little and wait; with Nagle's delay a mail takes 40 ms longer.
    stream.set_nodelay(true)?;
    Ok(stream)
}

pub(super) async fn encrypt<S>(stream: S, host: &str, config: Arc<ClientConfig>) -> Result<TlsStream<S>, EncryptError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = tls::server_name(host).map_err(EncryptError::Setup)?;
    TlsConnector::from(config).connect(name, stream).await.map_err(EncryptError::Handshake)
}
