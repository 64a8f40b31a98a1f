//! Places for connections: so many in all, and so many for one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
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

/// Whoever has one address of an IPv6 network has 2^64 of them; so the network has places as well, for so many addresses.
const OF_A_NETWORK: usize = 4;

/// An address, or the /64 network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Address(IpAddr),
    Network(Ipv6Addr),
}

impl Holder {
    /// What a connection from an address is counted under, and how many there may be for each that one address may have.
    fn all(address: IpAddr) -> Vec<(Self, usize)> {
        let mut all = vec![(Self::Address(address), 1)];
        if let IpAddr::V6(address) = address {
            let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64));
            all.push((Self::Network(network), OF_A_NETWORK));
        }
        all
    }
}

/// How many connections each address and network has.
#[derive(Clone, Debug, Default)]
struct Addresses(Arc<Mutex<HashMap<Holder, usize>>>);

/// A connection's place among all; given back when it ends.
#[derive(Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held until the connection ends")] OwnedSemaphorePermit);

/// A connection's place among those of its address; given back when it ends.
#[derive(Debug)]
pub(super) struct OfAddress {
    addresses: Addresses,
    /// None for a proxy, which is not counted.
    counted: Vec<Holder>,
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
    pub(super) fn of(&self, address: IpAddr, settings: &Settings) -> Option<OfAddress> {
        let address = address.to_canonical();
        if settings.trusted_proxies.iter().any(|network| network.contains(address)) {
            return Some(OfAddress { addresses: self.addresses.clone(), counted: Vec::new() });
        }
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holders = Holder::all(address);
        let most = settings.limits.connections_per_address;
        if holders.iter().any(|(holder, times)| open.get(holder).is_some_and(|has| *has >= most.saturating_mul(*times)))
        {
            return None;
        }
        let counted: Vec<Holder> = holders.into_iter().map(|(holder, _)| holder).collect();
        for holder in &counted {
            *open.entry(*holder).or_default() += 1;
        }
        Some(OfAddress { addresses: self.addresses.clone(), counted })
    }
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        for holder in &self.counted {
            if let Some(connections) = open.get_mut(holder) {
                *connections -= 1;
                if *connections == 0 {
                    open.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::Desk;

    #[tokio::test]
    async fn one_network_of_ipv6_cannot_take_all_places() {
        let desk = Desk::new().await;
        let settings = &desk.web.settings;
        let connections = Connections::new(settings);
        let each = settings.limits.connections_per_address;
        let from = |network: u16, host: usize| {
            IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, u16::try_from(host).unwrap()))
        };
        let open: Vec<OfAddress> = (0..10 * each).filter_map(|host| connections.of(from(1, host), settings)).collect();
        assert_eq!(open.len(), OF_A_NETWORK * each, "each with an address of its own");
        assert!(connections.of(from(2, 1), settings).is_some(), "another network is another matter");
        drop(open);
        assert!(connections.addresses.0.lock().unwrap().is_empty(), "all are given back");
        let open: Vec<OfAddress> = (0..10 * each).filter_map(|_| connections.of(from(1, 1), settings)).collect();
        assert_eq!(open.len(), each, "one address has what one address has");
        let v4: Vec<OfAddress> =
            (0..10 * each).filter_map(|_| connections.of(IpAddr::from([192, 0, 2, 1]), settings)).collect();
        assert_eq!(v4.len(), each);
    }
}
