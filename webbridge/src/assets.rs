//! The page's files, as the build script put them into the program.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// One file of the page.
#[derive(Debug)]
pub struct Asset {
    /// Its name; all but `index.html` carry a hash of their content in it.
    pub name: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed by gzip.
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page itself. Asked for anew each time: it names the files that belong to this build.
pub async fn page(headers: HeaderMap) -> Response {
    answer("index.html", &headers, "no-cache")
}

/// A file beside it; its name changes with its content, so it may be kept for ever.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&name, &headers, "public, max-age=31536000, immutable")
}

fn answer(name: &str, headers: &HeaderMap, keep: &'static str) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return (StatusCode::NOT_FOUND, "not here\n").into_response();
    };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let gzip = accepts.split(',').any(|coding| coding.trim() == "gzip");
    let body = Body::from(Bytes::from_static(if gzip { asset.gzip } else { asset.plain }));
    let mut response = Response::new(body);
    let into = response.headers_mut();
    into.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    into.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    into.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        into.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
