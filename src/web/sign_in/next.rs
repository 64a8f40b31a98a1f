//! Where to go after sign-in: a path of ours, never another site.

use std::fmt::Write;

/// A path of ours, or the first page.
pub(super) fn own(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !["/sign-in", "/sign-out", "/live", "/api/"].iter().any(|place| next.starts_with(place));
    if ours { next } else { "/" }
}

/// The path of the sign-in page that comes back to `next`.
pub(in crate::web) fn path(next: &str) -> String {
    with_next("/sign-in", next)
}

/// The path of the page that asks for the second factor and comes back to `next`.
pub(in crate::web) fn path_of_code(next: &str) -> String {
    with_next("/sign-in/code", next)
}

/// The path of the page where a second factor is set up that comes back to `next`.
pub(super) fn path_of_enrolment(next: &str) -> String {
    with_next("/sign-in/enrolment", next)
}

fn with_next(page: &str, next: &str) -> String {
    let next = own(next);
    if next == "/" {
        return page.to_owned();
    }
    let mut path = format!("{page}?next=");
    for byte in next.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours() {
        assert_eq!(own("/tickets/4?x=1"), "/tickets/4?x=1");
        for foreign in ["//evil.test", "/\\evil.test", "https://evil.test", "evil", "", "/a\r\nb", "/sign-out", "/a b"]
        {
            assert_eq!(own(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn it_comes_back() {
        assert_eq!(path("/"), "/sign-in");
        assert_eq!(path("/tickets?q=a&b=%20"), "/sign-in?next=/tickets%3Fq%3Da%26b%3D%2520");
        assert_eq!(path("//evil.test"), "/sign-in");
    }
}
