//! Answers until told to stop, within limits that a client cannot stretch.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use futures_util::future::{Either, Ready, ready};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceExt, util::Oneshot};

use super::{Web, connections::Connections, router, taking::Taking};

/// Header fields of a request.
const FIELDS: usize = 100;
/// How long to wait when the machine has no more file handles.
const BREATH: Duration = Duration::from_millis(500);

/// Answers requests until `stop` is done; live streams end first, so that the server can.
///
/// # Errors
/// None at present; the listener goes on after every failure.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = router(web.clone());
    let http = protocol(&web);
    let connections = Connections::new(&web.settings);
    let open = GracefulShutdown::new();
    let accepting = async {
        while let Some(place) = connections.place().await {
            let (stream, peer) = accept(&listener, &web).await;
            let Some(of_address) = connections.of(peer.ip(), &web.settings) else {
                tracing::debug!(%peer, "an address has too many connections; one more was closed");
                continue;
            };
            // Live streams are small pieces that nobody should wait for.
            let _ = stream.set_nodelay(true);
            let answers = answers(router.clone(), peer);
            let stream = Taking::new(stream, web.clock.clone(), web.settings.limits.answer_time);
            let connection = open.watch(http.serve_connection(TokioIo::new(stream), service_fn(answers)));
            tokio::spawn(async move {
                // What a client does wrong here is its own matter, and no line in the log.
                let _ = connection.await;
                drop((place, of_address));
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stop => {}
    }
    drop(listener);
    web.close();
    open.shutdown().await;
    Ok(())
}

/// HTTP/1.1 with limits on time and size of what comes before a body.
fn protocol(web: &Web) -> http1::Builder {
    let limits = web.settings.limits;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        .max_headers(FIELDS);
    http
}

async fn accept(listener: &TcpListener, web: &Web) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                web.clock.sleep(BREATH).await;
            }
        }
    }
}

/// How one connection's requests are answered.
fn answers(router: Router, peer: SocketAddr) -> impl Fn(hyper::Request<Incoming>) -> Answering {
    move |request| {
        if !has_its_host(&request) {
            return Either::Left(ready(Ok(StatusCode::BAD_REQUEST.into_response())));
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        Either::Right(router.clone().oneshot(request))
    }
}

type Answering = Either<Ready<Result<Response, Infallible>>, Oneshot<Router, hyper::Request<Body>>>;

/// One `Host` in HTTP/1.1, at most one before it (RFC 9112 §3.2): of two, the proxy in front may have meant the other.
fn has_its_host<B>(request: &hyper::Request<B>) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        hosts => hosts == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_one_host() {
        let ok = |version, hosts: &[&str]| {
            let request = hosts
                .iter()
                .fold(hyper::Request::builder().version(version), |request, host| request.header(header::HOST, *host));
            has_its_host(&request.body(()).unwrap())
        };
        assert!(ok(Version::HTTP_11, &["desk.college.test"]) && ok(Version::HTTP_10, &[]));
        assert!(!ok(Version::HTTP_11, &[]), "none");
        for version in [Version::HTTP_10, Version::HTTP_11] {
            assert!(!ok(version, &["desk.college.test", "evil.test"]), "two");
        }
    }
}
