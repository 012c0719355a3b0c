//! What every request passes: the host's name on the way in, the headers of safety on the way out.

use crate::gateway::Gateway;
use crate::origins::Origin;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// No script, style, picture or connection from anywhere but the gateway itself, nothing written into the
/// page's markup, and no page around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Refuses requests that were sent to another name, and seals every answer.
pub async fn every_request(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let mut response = match host(request.headers(), &gateway) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A refusal: status and one sentence.
pub type Refusal = (StatusCode, &'static str);

fn host(headers: &HeaderMap, gateway: &Gateway) -> Result<(), Refusal> {
    match only(headers, &header::HOST) {
        Some(host) if gateway.origins.is_host(host) => Ok(()),
        _ => Err((StatusCode::MISDIRECTED_REQUEST, "no such host here; see --allow-origin\n")),
    }
}

/// The origin that a request comes from, for all that is not a plain look at the page itself.
///
/// # Errors
/// 403, without saying more: when it is missing, foreign, or the browser says that another site asked.
pub fn origin<'a>(headers: &HeaderMap, gateway: &'a Gateway) -> Result<&'a Origin, Refusal> {
    const REFUSAL: Refusal = (StatusCode::FORBIDDEN, "not from here\n");
    let origin = only(headers, &header::ORIGIN).and_then(|text| gateway.origin(text)).ok_or(REFUSAL)?;
    let site = HeaderName::from_static("sec-fetch-site");
    if headers.contains_key(&site) && only(headers, &site) != Some("same-origin") {
        return Err(REFUSAL);
    }
    Ok(origin)
}

/// The value of a header that is there exactly once.
#[must_use]
pub fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() { None } else { Some(value) }
}
