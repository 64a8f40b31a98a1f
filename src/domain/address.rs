//! Mail addresses as they are compared. Never validated here: a strange address is shown as it came.

/// Folds an address for comparison: trimmed, lower case throughout.
///
/// RFC 5321 §2.4 makes the local part case-sensitive in principle; no server in use relies on it, and
/// people write the same address in several cases.
#[must_use]
pub fn fold(address: &str) -> String {
    address.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase()
}

/// Folds an address and leaves out its detail, `mia+shop@` → `mia@`: whoever owns one of them owns them all.
#[must_use]
pub fn without_detail(address: &str) -> String {
    let folded = fold(address);
    let Some((local, domain)) = folded.rsplit_once('@') else { return folded };
    match local.split_once('+') {
        Some((name, _)) if !name.is_empty() => format!("{name}@{domain}"),
        _ => folded,
    }
}

/// The domain of an address, lower case; `None` if there is no `@` with something on both sides.
#[must_use]
pub fn domain_of(address: &str) -> Option<String> {
    let (local, domain) = address.trim().trim_end_matches('>').rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| domain.trim_end_matches('.').to_lowercase())
}

/// Whether `domain` is `parent` or lies under it.
#[must_use]
pub fn within(domain: &str, parent: &str) -> bool {
    let (domain, parent) = (domain.to_lowercase(), parent.trim_start_matches('.').to_lowercase());
    domain == parent || domain.strip_suffix(&parent).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_left_out() {
        assert_eq!(without_detail(" <Mia+Shop+2@Example.Test>"), "mia@example.test");
        assert_eq!(without_detail("mia@example.test"), "mia@example.test");
        assert_eq!(without_detail("+@example.test"), "+@example.test");
        assert_eq!(without_detail("postmaster"), "postmaster");
    }

    #[test]
    fn domains() {
        assert_eq!(domain_of("\"a@b\"@College.Test.").as_deref(), Some("college.test"));
        assert_eq!(domain_of("postmaster"), None);
        assert!(within("mail.college.test", "college.test"));
        assert!(!within("evilcollege.test", "college.test"));
    }
}
