//! When to end.

use std::os::unix::fs::FileTypeExt as _;
use std::time::Duration;

use anyhow::Result;
use tokio::io::AsyncReadExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::interval;

/// Everything that ends the program.
pub(crate) struct End {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    parent: Option<u32>,
    stdin_is_pipe: bool,
}

impl End {
    /// Begins to listen, before anything is started.
    pub(crate) fn watch(stay: bool) -> Result<Self> {
        // A terminal or /dev/null says nothing about whether anybody still needs us; a pipe does.
        let stdin_is_pipe = std::fs::metadata("/proc/self/fd/0").is_ok_and(|m| m.file_type().is_fifo());
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            parent: (!stay).then(std::os::unix::process::parent_id),
            stdin_is_pipe,
        })
    }

    /// Waits for the first of them and says which it was.
    pub(crate) async fn comes(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "interrupted",
            _ = self.terminate.recv() => "told to terminate",
            _ = self.hangup.recv() => "the terminal is gone",
            () = input_ends(self.stdin_is_pipe) => "the input has ended",
            () = parent_ends(self.parent) => "the process that started the world is gone",
        }
    }
}

async fn input_ends(is_pipe: bool) {
    if !is_pipe {
        std::future::pending::<()>().await;
    }
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 256];
    while matches!(input.read(&mut ignored).await, Ok(1..)) {}
}

async fn parent_ends(parent: Option<u32>) {
    let Some(parent) = parent else { return std::future::pending().await };
    let mut looks = interval(Duration::from_millis(300));
    while std::os::unix::process::parent_id() == parent {
        looks.tick().await;
    }
}
