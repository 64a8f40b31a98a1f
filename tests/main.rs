//! Postdesk's tests: one binary.
//!
//! - `store`: every function of the store on both databases, with the same assertions;
//! - `journey`: the true `postdesk` against real servers;
//! - `job`: jobs by themselves;
//! - `guard`: the rules of the house, held by a grep;
//! - `corpus`: real mail with labels, where it is there;
//! - `simulation`: how often normal traffic alarms, and how soon a surge is found;
//! - `property`: rules of the domain under arbitrary use;
//! - `soak`: the worst, at random and for long; a short form of it with the others;
//! - `world`: what a test needs around it.

#[cfg(test)]
mod corpus;
mod guard;
#[cfg(test)]
mod job;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod property;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod soak;
#[cfg(test)]
mod store;
#[cfg(test)]
mod world;
