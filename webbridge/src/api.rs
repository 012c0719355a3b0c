//! The routes.
//!
//! | route | for | answers |
//! |---|---|---|
//! | `GET /`, `/assets/…` | the page, which shows nothing by itself | the embedded files |
//! | `POST /v1/sign-in` `{"code":"…"}` | a one-use code | 204 and the session cookie, 401, 429 |
//! | `POST /v1/sign-out` | ending a session with all its WebSockets | 204 |
//! | `POST /v1/ticket` | a session cookie | 200 and a one-use ticket, 401, 429 |
//! | `GET /v1/socket` | a session cookie and a ticket | the WebSocket, see [`relay`] |
//!
//! Everything under `/v1` wants an allowed `Origin`; the POSTs also want `X-Abide: 1`, which no form and no
//! foreign script can send without being asked about first.

use crate::assets;
use crate::cookies;
use crate::gateway::{Denied, Gateway};
use crate::guard::{self, Refusal, only};
use crate::limits::{
    BODY_BYTES_MAX, BODY_SECONDS_MAX, MESSAGE_BYTES_MAX, SOCKET_BUFFER_BYTES, SOCKET_WRITE_BYTES_MAX,
};
use crate::relay;
use crate::secret::{Secret, SecretHash};
use axum::Router;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The address that a connection came from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// All routes.
pub fn routes(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/", get(assets::page))
        .route("/assets/{name}", get(assets::asset))
        .route("/v1/sign-in", post(sign_in))
        .route("/v1/sign-out", post(sign_out))
        .route("/v1/ticket", post(ticket))
        .route("/v1/socket", get(socket))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&gateway), guard::every_request))
        .with_state(gateway)
}

/// Name of the sub-protocol that carries frames; a ticket is offered beside it as `ticket.…`.
pub const SUBPROTOCOL: &str = "abide.v1";
const TICKET_PREFIX: &str = "ticket.";

async fn sign_in(
    State(gateway): State<Arc<Gateway>>,
    Extension(Peer(from)): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let asked = asked(&gateway, &headers)?;
    if only(&headers, &header::CONTENT_TYPE) != Some("application/json") {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json\n").into_response());
    }
    let code = code(&read(body).await?);
    let cookie = gateway.sign_in(code, from.ip()).map_err(|denied| {
        log::info!("sign-in from {} refused: {denied:?}", from.ip());
        refuse(denied)
    })?;
    log::info!("{} signed in from {}", cookie.hash().short(), from.ip());
    let line = cookies::set(&asked.cookie_name, &cookie, asked.secure);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, line)]).into_response())
}

async fn sign_out(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Result<Response, Response> {
    let asked = asked(&gateway, &headers)?;
    if let Ok(session) = asked.session(&gateway, &headers) {
        gateway.sign_out(session);
        log::info!("{} signed out", session.short());
    }
    let line = cookies::clear(&asked.cookie_name, asked.secure);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, line)]).into_response())
}

async fn ticket(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Result<Response, Response> {
    let asked = asked(&gateway, &headers)?;
    let session = asked.session(&gateway, &headers)?;
    let ticket = gateway.ticket(session).map_err(refuse)?;
    let json = format!("{{\"ticket\":\"{}\"}}", ticket.to_hex());
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

async fn socket(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Response> {
    let asked = Asked::from(&gateway, &headers).map_err(IntoResponse::into_response)?;
    let session = asked.session(&gateway, &headers)?;
    let upgrade = upgrade.map_err(IntoResponse::into_response)?;
    gateway.redeem(offered_ticket(&headers), session).map_err(refuse)?;
    let Some(seat) = gateway.seat(session) else {
        log::warn!("{} has too many pages open", session.short());
        return Err(
            (StatusCode::TOO_MANY_REQUESTS, "too many pages are open in this browser\n").into_response()
        );
    };
    Ok(upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(SOCKET_BUFFER_BYTES)
        .max_write_buffer_size(SOCKET_WRITE_BYTES_MAX)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .on_upgrade(move |socket| relay::run(socket, gateway, seat)))
}

/// A request of the page, from an allowed origin.
struct Asked {
    cookie_name: String,
    secure: bool,
}

impl Asked {
    fn from(gateway: &Gateway, headers: &HeaderMap) -> Result<Asked, Refusal> {
        let secure = guard::origin(headers, gateway)?.secure();
        Ok(Asked { cookie_name: cookies::name(secure, gateway.port), secure })
    }

    #[allow(clippy::result_large_err, reason = "the error is the answer, passed on once")]
    fn session(&self, gateway: &Gateway, headers: &HeaderMap) -> Result<SecretHash, Response> {
        gateway.session(cookies::get(headers, &self.cookie_name)).map_err(refuse)
    }
}

/// Checks what every POST has to bring.
#[allow(clippy::result_large_err, reason = "the error is the answer, passed on once")]
fn asked(gateway: &Gateway, headers: &HeaderMap) -> Result<Asked, Response> {
    let asked = Asked::from(gateway, headers).map_err(IntoResponse::into_response)?;
    if only(headers, &HeaderName::from_static("x-abide")) != Some("1") {
        return Err((StatusCode::FORBIDDEN, "not from the page\n").into_response());
    }
    Ok(asked)
}

fn offered_ticket(headers: &HeaderMap) -> Option<Secret> {
    let offers = only(headers, &header::SEC_WEBSOCKET_PROTOCOL)?;
    let mut tickets = offers.split(',').filter_map(|offer| offer.trim().strip_prefix(TICKET_PREFIX));
    let ticket = tickets.next()?;
    if tickets.next().is_some() { None } else { Secret::from_hex(ticket) }
}

async fn read(body: Body) -> Result<Vec<u8>, Response> {
    let whole = axum::body::to_bytes(body, BODY_BYTES_MAX);
    match tokio::time::timeout(Duration::from_secs(BODY_SECONDS_MAX), whole).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(_)) => Err((StatusCode::PAYLOAD_TOO_LARGE, "too large\n").into_response()),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "too slow\n").into_response()),
    }
}

/// The code in `{"code":"…"}`. A code is hexadecimal digits, so nothing in it is ever escaped and this small
/// reading of JSON is exact: anything else is not a code.
fn code(body: &[u8]) -> Option<Secret> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let inner = text.strip_prefix('{')?.strip_suffix('}')?.trim();
    let value = inner.strip_prefix("\"code\"")?.trim_start().strip_prefix(':')?.trim();
    Secret::from_hex(value.strip_prefix('"')?.strip_suffix('"')?)
}

fn refuse(denied: Denied) -> Response {
    match denied {
        // The same words whatever it was: no oracle.
        Denied::Unknown => (StatusCode::UNAUTHORIZED, "sign in first\n").into_response(),
        Denied::TooOften(wait) => {
            let seconds = wait.as_secs() + 1;
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, wait, "too often\n").into_response()
        }
        Denied::NoRandom => (StatusCode::INTERNAL_SERVER_ERROR, "no random numbers\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_is_a_code() {
        let hex = "0123456789abcdef".repeat(4);
        for yes in [format!("{{\"code\":\"{hex}\"}}"), format!(" {{ \"code\" : \"{hex}\" }}\n")] {
            assert!(code(yes.as_bytes()).is_some(), "{yes}");
        }
        for no in [
            String::new(),
            hex.clone(),
            format!("{{\"code\":{hex}}}"),
            format!("{{\"code\":\"{hex}\",\"x\":1}}"),
            format!("[\"code\",\"{hex}\"]"),
            "{\"code\":\"\"}".to_owned(),
        ] {
            assert!(code(no.as_bytes()).is_none(), "{no}");
        }
    }
}
