//! Places for connections: so many in all, and so many for one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Settings;

/// The places there are.
#[derive(Debug)]
pub(super) struct Connections {
    all: Arc<Semaphore>,
    addresses: Addresses,
}

/// How many connections each address has.
#[derive(Clone, Debug, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection's place among all; given back when it ends.
#[derive(Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held until the connection ends")] OwnedSemaphorePermit);

/// A connection's place among those of its address; given back when it ends.
#[derive(Debug)]
pub(super) struct OfAddress {
    addresses: Addresses,
    address: IpAddr,
}

impl Connections {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { all: Arc::new(Semaphore::new(settings.limits.connections)), addresses: Addresses::default() }
    }

    /// Waits for a place. Whoever connects meanwhile waits in the operating system's queue.
    pub(super) async fn place(&self) -> Option<Place> {
        Arc::clone(&self.all).acquire_owned().await.ok().map(Place)
    }

    /// A place for this address; `None` if it has too many. A trusted proxy speaks for many and is not counted.
    pub(super) fn of(&self, address: IpAddr, settings: &Settings) -> Option<Option<OfAddress>> {
        let address = address.to_canonical();
        if settings.trusted_proxies.iter().any(|network| network.contains(address)) {
            return Some(None);
        }
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = open.entry(address).or_default();
        if *connections >= settings.limits.connections_per_address {
            return None;
        }
        *connections += 1;
        Some(Some(OfAddress { addresses: self.addresses.clone(), address }))
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connections) = open.get_mut(&self.address) {
            *connections -= 1;
            if *connections == 0 {
                open.remove(&self.address);
            }
        }
    }
}
