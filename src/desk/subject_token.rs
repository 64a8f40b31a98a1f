//! The token in a subject, `[college.test #1234]`. A hint only: anybody can write one (see `decide`).

/// Writes the token of a ticket. The domain is the first served one, so that two consoles never match each other's.
#[must_use]
pub fn write(domain: &str, ticket: i64) -> String {
    format!("[{domain} #{ticket}]")
}

/// The ticket that a subject claims to belong to.
#[must_use]
pub fn read(domain: &str, subject: &str) -> Option<i64> {
    let subject = subject.to_lowercase();
    let opening = format!("[{} #", domain.to_lowercase());
    let rest = &subject[subject.find(&opening)? + opening.len()..];
    let (number, _) = rest.split_once(']')?;
    (!number.is_empty() && number.len() <= 18 && number.bytes().all(|b| b.is_ascii_digit()))
        .then(|| number.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let token = write("college.test", 1234);
        assert_eq!(read("College.test", &format!("Re: AW: {token} spam")), Some(1234));
        assert_eq!(read("other.test", &token), None);
        assert_eq!(read("college.test", "[college.test #-1]"), None);
        assert_eq!(read("college.test", "[college.test #99999999999999999999]"), None);
        assert_eq!(read("college.test", "[college.test #12"), None);
    }
}
