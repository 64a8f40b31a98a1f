//! Answers until told to stop.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::{Web, router};

/// Answers requests until `stop` is done; live streams end first, so that the server can.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(web.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let ended = async move {
        stop.await;
        web.close();
    };
    axum::serve(listener, service).with_graceful_shutdown(ended).await
}
