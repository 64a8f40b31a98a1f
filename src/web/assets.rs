//! Stylesheet, scripts and pictures: ours, embedded in the binary.

use std::fmt::Write;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::{Path, Web, WebError, WebResult};

/// Embeds the files of `static/`.
macro_rules! embedded {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/static/", $path)))),+]
    };
}

/// Path below `static/`, and the bytes.
const FILES: &[(&str, &[u8])] = embedded![
    "app.css",
    "favicon.svg",
    "icons.svg",
    "js/dialog.js",
    "js/draft.js",
    "js/keys.js",
    "js/live.js",
    "js/main.js",
    "js/menu.js",
    "js/pick.js",
    "js/presence.js",
    "js/swap.js",
    "js/time.js",
];

/// A year; the address changes with the content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const BRIEFLY: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Where the files of this build are.
#[derive(Debug)]
pub(super) struct Assets {
    root: String,
}

impl Assets {
    /// Names the build after its files' content.
    pub(super) fn new() -> Self {
        let mut hash = Sha256::new();
        for (path, bytes) in FILES {
            hash.update(path);
            hash.update(bytes);
        }
        let mut root = "/static/".to_owned();
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(root, "{byte:02x}");
        }
        Self { root }
    }

    /// `/static/<build>`.
    pub(super) fn root(&self) -> &str {
        &self.root
    }
}

/// `GET /static/{build}/{*file}`. Under another build's name the file is still served, but not kept for long.
pub(super) async fn file(State(web): State<Web>, Path((build, file)): Path<(String, String)>) -> WebResult<Response> {
    let (path, bytes) = FILES.iter().find(|(path, _)| *path == file).ok_or(WebError::NotFound)?;
    let keep = if web.assets.root().strip_prefix("/static/") == Some(build.as_str()) { FOR_EVER } else { BRIEFLY };
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind(path))), (header::CACHE_CONTROL, keep)];
    Ok((StatusCode::OK, headers, *bytes).into_response())
}

/// The one file that browsers ask for by a fixed name.
pub(super) async fn favicon(State(web): State<Web>) -> WebResult<Response> {
    file(State(web), Path((String::new(), "favicon.svg".to_owned()))).await
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_disk(folder: &std::path::Path, found: &mut Vec<String>, root: &std::path::Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                on_disk(&path, found, root);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_file_is_embedded_and_has_a_type() {
        let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/static"));
        let mut found = Vec::new();
        on_disk(root, &mut found, root);
        found.sort();
        let embedded: Vec<_> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(found, embedded);
        assert!(FILES.iter().all(|(path, _)| kind(path) != "application/octet-stream"));
    }
}
