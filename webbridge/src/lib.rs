//! The web gateway of abide: what stands between a browser and the daemon's socket.
//!
//! A browser signs in with a one-use code, holds a session cookie, asks for a one-use ticket and opens a
//! WebSocket with it; from there on the gateway passes whole protocol frames between the WebSocket and the
//! daemon's Unix socket, in both directions, at the pace of the slower side. It holds no terminal session and
//! no screen, and it looks at nothing of a frame but its form and its kind ([`frames`]).
//!
//! Begin with [`gateway`] (what is shared), then [`api`] (the routes) and [`relay`] (a WebSocket's life).
//! The stores [`codes`], [`sessions`], [`tickets`] and [`rates`] are plain values that are told the time.
#![forbid(unsafe_code)]

pub mod api;
pub mod arguments;
pub mod assets;
pub mod codes;
pub mod control;
pub mod cookies;
pub mod frames;
pub mod gateway;
pub mod guard;
pub mod limits;
pub mod log_file;
pub mod origins;
pub mod places;
pub mod rates;
pub mod relay;
pub mod secret;
pub mod server;
pub mod sessions;
pub mod tickets;
pub mod tls;
