//! Listening, serving, ending.

use crate::api::{self, Peer};
use crate::arguments::Serve;
use crate::control::Control;
use crate::gateway::Gateway;
use crate::limits::{
    CONNECTIONS_MAX, DRAIN_SECONDS_MAX, HANDSHAKE_SECONDS_MAX, HEAD_BYTES_MAX, HEAD_SECONDS_MAX, HEADERS_MAX,
};
use crate::origins::Origins;
use crate::places;
use crate::tls;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// One line: why it could not begin.
pub async fn run(serve: &Serve) -> Result<(), String> {
    let listen_fault = |e: io::Error| format!("can't listen on {}: {e}", serve.listen);
    let tls = match &serve.tls {
        Some((certificate, key)) => Some(tls::acceptor(certificate, key)?),
        None => None,
    };
    let listener = TcpListener::bind(serve.listen).await.map_err(listen_fault)?;
    let listening = listener.local_addr().map_err(listen_fault)?;
    let (drain, draining) = watch::channel(false);
    let gateway = Arc::new(Gateway::new(
        Origins::new(&serve.origins, listening, tls.is_some()),
        listening.port(),
        serve.socket.locate(),
        sessions_file(serve.listen)?,
        draining,
    ));
    let mut control = Control::open(listening.port()).map_err(|e| format!("control socket: {e}"))?;
    control.serve(Arc::clone(&gateway));
    // Signals are caught before the address is out: whoever reads it may send one at once.
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| e.to_string())?;
    let address = gateway.address_with_code().map_err(|e| e.to_string())?;
    // Nobody may be reading; the gateway serves all the same.
    let _ = writeln!(io::stdout(), "{address}").and_then(|()| io::stdout().flush());
    log::info!("listening on {listening} for {}", gateway.socket.display());

    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let accept = accept(&listener, tls, api::routes(Arc::clone(&gateway)), &gateway, &connections);
    tokio::select! {
        () = accept => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log::info!("ending");
    drop(listener);
    let _ = drain.send(true);
    let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
    let _ = timeout(Duration::from_secs(DRAIN_SECONDS_MAX), connections.acquire_many(all)).await;
    gateway.save();
    Ok(())
}

/// Where signed-in browsers are remembered; nowhere when each start has another port, and so another cookie.
fn sessions_file(listen: SocketAddr) -> Result<Option<PathBuf>, String> {
    if listen.port() == 0 {
        return Ok(None);
    }
    let folder = places::state_folder().map_err(|e| e.to_string())?;
    places::make_private(&folder).map_err(|e| e.to_string())?;
    Ok(Some(folder.join(format!("web-{}.sessions", listen.port()))))
}

async fn accept(
    listener: &TcpListener,
    tls: Option<TlsAcceptor>,
    routes: Router,
    gateway: &Arc<Gateway>,
    connections: &Arc<Semaphore>,
) {
    loop {
        // At the limit, more wait in the kernel's queue until somebody leaves.
        let Ok(seat) = Arc::clone(connections).acquire_owned().await else { return };
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(e) => {
                log::warn!("accept: {e}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (tls, routes) = (tls.clone(), routes.clone());
        let draining = gateway.draining.clone();
        tokio::spawn(async move {
            if let Err(e) = connection(stream, from, tls, routes, draining, seat).await {
                log::debug!("{from}: {e}");
            }
        });
    }
}

async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    tls: Option<TlsAcceptor>,
    routes: Router,
    draining: watch::Receiver<bool>,
    seat: tokio::sync::OwnedSemaphorePermit,
) -> io::Result<()> {
    // A key's echo is a small segment and must not wait for company.
    stream.set_nodelay(true)?;
    let Some(acceptor) = tls else {
        return http(TokioIo::new(Seated { stream, _seat: seat }), from, routes, draining).await;
    };
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no TLS handshake in time");
    let handshake = timeout(Duration::from_secs(HANDSHAKE_SECONDS_MAX), acceptor.accept(stream));
    let stream = handshake.await.map_err(late)??;
    http(TokioIo::new(Seated { stream, _seat: seat }), from, routes, draining).await
}

async fn http<S>(
    io: TokioIo<S>,
    from: SocketAddr,
    routes: Router,
    mut draining: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = TowerToHyperService::new(Addressed { routes, from });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX))
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .half_close(false);
    let mut connection = std::pin::pin!(builder.serve_connection(io, service).with_upgrades());
    tokio::select! {
        ended = connection.as_mut() => return ended.map_err(io::Error::other),
        () = async { drop(draining.wait_for(|ends| *ends).await) } => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await.map_err(io::Error::other)
}

/// Tells the routes where a request comes from.
#[derive(Clone)]
struct Addressed {
    routes: Router,
    from: SocketAddr,
}

impl Service<hyper::Request<hyper::body::Incoming>> for Addressed {
    type Response = axum::response::Response;
    type Error = std::convert::Infallible;
    type Future = <Router as Service<hyper::Request<hyper::body::Incoming>>>::Future;

    fn poll_ready(
        &mut self,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        Service::<hyper::Request<hyper::body::Incoming>>::poll_ready(&mut self.routes, context)
    }

    fn call(&mut self, mut request: hyper::Request<hyper::body::Incoming>) -> Self::Future {
        request.extensions_mut().insert(Peer(self.from));
        self.routes.call(request)
    }
}

/// A stream that holds its place among the connections for as long as it lives, also as a WebSocket.
struct Seated<S> {
    stream: S,
    _seat: tokio::sync::OwnedSemaphorePermit,
}

impl<S: AsyncRead + Unpin> AsyncRead for Seated<S> {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        into: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::pin::Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Seated<S> {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<io::Result<usize>> {
        std::pin::Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::pin::Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::pin::Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
