//! Mail from a configured partner: a CERT, a clearing house (D11).
//!
//! The address in From is a hint that anybody can write. What proves it is what our own server, or we ourselves, found of
//! the sender's signature; see [`super::arrival`].

use super::{
    finding::{Case, Finding},
    form,
};
use crate::domain::{arrival::Authenticated, evidence::Evidence, kind::Kind};

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let partner = case.arrival.partner.as_ref().filter(|_| speaks(case))?;
    let proved = case.arrival.authenticated == Authenticated::Pass;
    let rule = if proved { "contact.partner-proved" } else { "contact.partner" };
    let excerpt = format!("{partner} <{}>", case.arrival.from.address);
    Some(form::facts(case).into_finding(Kind::ContactPoint, Evidence::new(rule, "From", &excerpt)))
}

/// Whether a partner speaks as one. A feedback loop's partner sends reports; what it writes besides is read like
/// anybody's mail, and so is what only pretends to come from a partner.
pub(super) fn speaks(case: &Case<'_>) -> bool {
    let arrival = &case.arrival;
    arrival.partner.is_some() && !arrival.feedback_loop && arrival.authenticated != Authenticated::Forged
}
