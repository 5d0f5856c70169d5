//! Accepting connections: so many at once, each with a time to say what it wants, and an orderly end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::health;
use super::problem::{Code, Problem};
use super::router::router;
use crate::app::App;

/// How long requests that are under way may still take to end once no run is under way.
const GRACE: Duration = Duration::from_secs(10);

/// How long a client may take to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections at once. More wait to be accepted, so that files and memory do not run out.
const MOST_CONNECTIONS: usize = 10_000;

/// The pause after a connection could not be accepted, which is mostly a lack of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// Serves until `stop` is over, then lets runs and requests that are under way end. Meanwhile probes are answered, and others
/// are told to come back: a listener that closed at once would look like a server that died.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let stopping = CancellationToken::new();
    let router = router(app.clone(), stopping.clone());
    let connections = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut drain = std::pin::pin!(async {
        stop.await;
        stopping.cancel();
        app.drain().await;
    });
    loop {
        let accept = async {
            let place = Arc::clone(&room).acquire_owned().await.expect("the semaphore is never closed");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = &mut drain => break,
            accepted = accept => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(router.clone(), stopping.clone(), stream, peer, &connections);
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
    drop(listener);
    // What takes longer is cut off; its runs go on from their journals.
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
    Ok(())
}

/// One connection, for as long as it lives.
fn connection(
    router: Router,
    stopping: CancellationToken,
    stream: TcpStream,
    peer: SocketAddr,
    connections: &GracefulShutdown,
) -> impl Future<Output = ()> + Send + use<> {
    // Answers are written whole: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot be told not to wait");
    }
    let service =
        service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), stopping.clone(), peer, request));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PATIENCE);
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let serving = connections.watch(serving);
    async move {
        if let Err(error) = serving.await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

async fn answer(
    router: Router,
    stopping: CancellationToken,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    // HTTP/2 has no such header: its connections are told to go away when the drain is over.
    let has_connection_header = request.version() <= Version::HTTP_11;
    let mut response = match stopping.is_cancelled() && !health::is_probe(request.uri().path()) {
        true => Problem::new(Code::ShuttingDown, "Try again in a moment.").retry_after(5).into_response(),
        false => router.oneshot(request).await?,
    };
    if has_connection_header && stopping.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
