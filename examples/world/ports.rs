//! Free loopback ports.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Below the range that the kernel gives to outgoing connections, so that none of those takes a port between
/// our look and the server's start.
const LOWEST: u16 = 20_000;
const SPAN: u16 = 12_000;

/// A port on 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Port(u16);

impl Port {
    pub(crate) fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The ports given so far.
#[derive(Default)]
pub(crate) struct Ports {
    given: HashSet<u16>,
}

impl Ports {
    /// A port nobody listens on. Several worlds start side by side, so each begins at another place.
    pub(crate) fn free(&mut self) -> Result<Port> {
        let chance = RandomState::new().hash_one(std::process::id());
        let start = u16::try_from(chance % u64::from(SPAN))?;
        for step in 0..SPAN {
            let port = LOWEST + (start + step) % SPAN;
            if !self.given.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                self.given.insert(port);
                return Ok(Port(port));
            }
        }
        bail!("no free port between {LOWEST} and {}", LOWEST + SPAN)
    }
}
