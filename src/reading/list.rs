//! List mail and newsletters, by their marks in the header.

use super::{
    finding::{Case, Finding},
    letter::Fields,
};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Fields that only list software and mass mailers write.
const LIST_FIELDS: &[&str] = &[
    "list-id",
    "list-post",
    "list-archive",
    "list-subscribe",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-list-id",
    "x-listname",
    "x-csa-complaints",
    "x-campaign",
    "x-campaignid",
    "x-mailchimp-id",
    "x-ml-name",
];

/// Role addresses that sites let a list hand round: what came to one of them came to the site.
const ROLES: &[&str] = &["abuse", "postmaster", "hostmaster", "webmaster", "security", "noc"];

/// Whether the mail came through a list.
pub(super) fn through_list(header: Fields<'_>) -> bool {
    mark(header).is_some()
}

/// Whether it came through a list, and not only from somebody who lets us unsubscribe: reporters offer that, too.
pub(super) fn is_handed_round(header: Fields<'_>) -> bool {
    mark(header).is_some_and(|name| !matches!(name, "list-unsubscribe" | "x-csa-complaints"))
}

/// Whether the list is the address of one of our roles: `abuse@college.test` handed round as `<abuse.college.test>`.
fn is_role(header: Fields<'_>) -> bool {
    let Some(id) = header.text("list-id") else { return false };
    let id = id.rsplit('<').next().unwrap_or_default().trim_end_matches('>').to_ascii_lowercase();
    let Some((role, domain)) = id.split_once('.') else { return false };
    let address = format!("{role}@{domain}");
    let to = ["to", "cc", "x-beenthere", "delivered-to"].iter().flat_map(|name| header.mailboxes(name, 20));
    ROLES.contains(&role) && to.into_iter().any(|m| m.address.eq_ignore_ascii_case(&address))
}

fn mark(header: Fields<'_>) -> Option<&'static str> {
    if is_role(header) {
        return None;
    }
    if let Some(name) = LIST_FIELDS.iter().find(|name| header.has(name)) {
        return Some(name);
    }
    // People's mail clients never write `list`; `bulk` is written by ticket systems on hand-written mail, too.
    let precedence = header.keyword("precedence");
    match precedence.as_deref() {
        Some("list") => Some("precedence"),
        Some("bulk" | "junk") if header.has("list-unsubscribe") => Some("list-unsubscribe"),
        _ if header.has("list-unsubscribe") && !header.has("in-reply-to") => Some("list-unsubscribe"),
        _ => None,
    }
}

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let header = case.letter.header();
    let name = mark(header)?;
    let value = header.text(name).unwrap_or_default();
    Some(Finding::new(Kind::Newsletter, Evidence::new("list.header-field", name, &value)))
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{kind::Kind, site::Site},
        reading::read,
    };

    #[test]
    fn a_role_address_that_a_list_hands_round_is_no_list() {
        let mail = |list: &str| {
            format!(
                "From: ann@house.test\nTo: abuse@college.test\nPrecedence: list\nList-Id: <{list}>\nList-Unsubscribe: <mailto:x@college.test>\nSubject: hello\n\nWe get spam from your server.\n"
            )
        };
        let role = read(mail("abuse.college.test").as_bytes(), &Site::default());
        assert_eq!((role.kind, role.arrival.list), (Kind::Complaint, false));
        let list = read(mail("talk.college.test").as_bytes(), &Site::default());
        assert_eq!((list.kind, list.arrival.list), (Kind::Newsletter, true));
    }

    #[test]
    fn a_report_that_offers_to_be_unsubscribed_from_came_through_no_list() {
        let mail = |mark: &str| {
            format!(
                "From: desk@house.test\nTo: abuse@college.test\n{mark}\nSubject: [SpamCop (203.0.113.12) id:1] Pills\n\nx\n"
            )
        };
        assert!(!read(mail("List-Unsubscribe: <mailto:x@house.test>").as_bytes(), &Site::default()).arrival.list);
        assert!(read(mail("List-Id: <talk.house.test>").as_bytes(), &Site::default()).arrival.list);
        let newsletter = "From: news@house.test\nList-Unsubscribe: <mailto:x@house.test>\nSubject: News\n\nNew fans.\n";
        assert!(read(newsletter.as_bytes(), &Site::default()).arrival.list);
    }
}
