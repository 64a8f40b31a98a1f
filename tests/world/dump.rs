//! `PostgreSQL`'s own tools, as an administrator uses them.

use std::process::Stdio;

use tokio::process::Command;

use super::address;

/// Runs one of them; it must end well.
pub(crate) async fn postgres_tool(tool: &str, words: &[&str]) {
    let path = format!("{}/{tool}", address("POSTGRES_BIN"));
    let ended = Command::new(path).args(words).stdin(Stdio::null()).output().await.expect("PostgreSQL's tools");
    assert!(ended.status.success(), "{tool}: {}", String::from_utf8_lossy(&ended.stderr));
}
