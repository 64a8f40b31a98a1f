//! Mail from a configured partner: a CERT, a clearing house (D11).

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let partner = case.arrival.partner.as_ref()?;
    // A feedback loop's partner sends reports; what it writes besides is read like anybody's mail.
    (!case.arrival.feedback_loop).then(|| {
        let excerpt = format!("{} <{}>", partner, case.arrival.from.address);
        let mut finding = Finding::new(Kind::ContactPoint, Evidence::new("contact.partner", "From", &excerpt));
        finding.matter = super::prose::matter(case);
        finding
    })
}
