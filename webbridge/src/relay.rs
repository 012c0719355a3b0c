//! A WebSocket's life: frames between a page and the daemon, at the pace of the slower side.
//!
//! One message of the WebSocket is one frame's payload; the length in front of it is the Unix socket's.
//! While a page does not take what it was sent, the daemon's socket is not read, and the daemon composes
//! nothing more for this viewer; while the daemon does not read, neither is the page. In between lies one
//! frame in each direction.

use crate::frames::{self, Verdict};
use crate::gateway::{Gateway, Seat};
use crate::limits::{
    DAEMON_CONNECT_SECONDS_MAX, MESSAGE_BURST_MAX, MESSAGE_BYTES_MAX, MESSAGE_MS_EACH, PING_SECONDS,
    SILENCE_SECONDS_MAX, SOCKET_BUFFER_BYTES,
};
use crate::rates::Bucket;
use abide_protocol::framing::{self, FrameReader};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// Why a WebSocket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The page has closed it, or is gone.
    PageLeft,
    /// No sign of life.
    PageSilent,
    /// What came was not a frame.
    Malformed,
    /// Text instead of bytes.
    NotBinary,
    /// The session is over.
    SignedOut,
    /// The daemon has closed its end: it ends, or starts anew.
    DaemonLeft,
    /// No daemon to speak to.
    NoDaemon,
    /// The gateway ends.
    Draining,
}

impl End {
    /// Close code and reason for the page, which comes back by itself after 1001, 1012 and 1013. 4000 tells it
    /// to sign in anew.
    fn frame(self) -> Option<(u16, &'static str)> {
        match self {
            End::PageLeft => None,
            End::PageSilent => Some((1001, "no sign of life")),
            End::Malformed => Some((1008, "not a frame")),
            End::NotBinary => Some((1003, "frames are binary")),
            End::SignedOut => Some((4000, "sign in")),
            End::DaemonLeft => Some((1012, "the daemon is gone")),
            End::NoDaemon => Some((1013, "no daemon")),
            End::Draining => Some((1012, "the gateway ends")),
        }
    }
}

/// Serves one WebSocket until either side ends it.
pub async fn run(mut socket: WebSocket, gateway: Arc<Gateway>, seat: Seat) {
    log::debug!("{}: a page is here", seat.session.short());
    let end = match connect(&gateway.socket).await {
        Ok(daemon) => serve(&mut socket, daemon, &gateway, &seat).await,
        Err(e) => {
            log::warn!("{}: {e}", gateway.socket.display());
            End::NoDaemon
        }
    };
    log::debug!("{}: a page is done with: {end:?}", seat.session.short());
    if let Some((code, reason)) = end.frame() {
        let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        // Whether it still reads is its own affair.
        let _ = timeout(Duration::from_secs(1), socket.send(close)).await;
    }
}

/// Connects to the daemon and makes sure that it runs as the same user.
async fn connect(path: &Path) -> io::Result<UnixStream> {
    let limit = Duration::from_secs(DAEMON_CONNECT_SECONDS_MAX);
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the daemon takes no connection");
    let daemon = timeout(limit, UnixStream::connect(path)).await.map_err(late)??;
    let uid = daemon.peer_cred()?.uid();
    if uid != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("the socket belongs to user {uid}: not spoken to")));
    }
    Ok(daemon)
}

async fn serve(socket: &mut WebSocket, daemon: UnixStream, gateway: &Gateway, seat: &Seat) -> End {
    let (from_daemon, to_daemon) = daemon.into_split();
    let (to_page, from_page) = socket.split();
    // Few: whoever waits for room here is a page that sends what is denied.
    let (deny, denials) = mpsc::channel(4);
    let mut draining = gateway.draining.clone();
    tokio::select! {
        end = upward(from_page, to_daemon, deny) => end,
        end = downward(from_daemon, to_page, denials, seat) => end,
        () = seat.ended() => End::SignedOut,
        _ = draining.wait_for(|ends| *ends) => End::Draining,
    }
}

/// From the page to the daemon.
async fn upward(
    mut page: impl Stream<Item = Result<Message, axum::Error>> + Unpin,
    mut daemon: OwnedWriteHalf,
    deny: mpsc::Sender<Vec<u8>>,
) -> End {
    let silence = Duration::from_secs(SILENCE_SECONDS_MAX);
    let mut pace = Bucket::new(MESSAGE_BURST_MAX, Duration::from_millis(MESSAGE_MS_EACH), Instant::now());
    let mut framed = Vec::new();
    loop {
        let message = match timeout(silence, page.next()).await {
            Err(_) => return End::PageSilent,
            Ok(None) => return End::PageLeft,
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(e))) => {
                log::info!("a page's connection broke: {e}");
                return End::Malformed;
            }
        };
        // Pings count as messages: they cost as much.
        while let Err(wait) = pace.take(Instant::now()) {
            sleep(wait).await;
        }
        let frame = match message {
            Message::Binary(frame) => frame,
            Message::Text(_) => return End::NotBinary,
            Message::Close(_) => return End::PageLeft,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        match frames::judge(&frame) {
            Verdict::Pass => {}
            Verdict::Deny(kind) => {
                log::warn!("a page sent {kind}, which pages may not");
                if deny.send(frames::denial(kind)).await.is_err() {
                    return End::PageLeft;
                }
                continue;
            }
            Verdict::Malformed => {
                log::warn!("a page sent {} bytes that are no frame", frame.len());
                return End::Malformed;
            }
        }
        framed.clear();
        framed.shrink_to(SOCKET_BUFFER_BYTES);
        if framing::append(&mut framed, &frame, MESSAGE_BYTES_MAX).is_err() {
            return End::Malformed;
        }
        if daemon.write_all(&framed).await.is_err() {
            return End::DaemonLeft;
        }
    }
}

/// From the daemon to the page, with what the gateway itself has to say in between.
async fn downward(
    mut daemon: OwnedReadHalf,
    mut page: impl Sink<Message> + Unpin,
    mut denials: mpsc::Receiver<Vec<u8>>,
    seat: &Seat,
) -> End {
    let silence = Duration::from_secs(SILENCE_SECONDS_MAX);
    let mut frames = FrameReader::new(MESSAGE_BYTES_MAX);
    let mut read = [0; SOCKET_BUFFER_BYTES];
    let mut pings = interval(Duration::from_secs(PING_SECONDS));
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        loop {
            let payload = match frames.next_frame() {
                Ok(Some(payload)) => Bytes::copy_from_slice(payload),
                Ok(None) => break,
                Err(e) => {
                    log::error!("the daemon sent {e}");
                    return End::DaemonLeft;
                }
            };
            match timeout(silence, page.send(Message::Binary(payload))).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return End::PageLeft,
                Err(_) => return End::PageSilent,
            }
        }
        let message = tokio::select! {
            count = daemon.read(&mut read) => {
                match count {
                    Ok(count) if count > 0 => frames.push(read.get(..count).unwrap_or_default()),
                    _ => return End::DaemonLeft,
                }
                continue;
            }
            Some(denial) = denials.recv() => Message::Binary(denial.into()),
            _ = pings.tick() => {
                if !seat.touch() {
                    return End::SignedOut;
                }
                Message::Ping(Bytes::new())
            }
        };
        match timeout(silence, page.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::PageLeft,
            Err(_) => return End::PageSilent,
        }
    }
}
