use super::*;
use crate::domain::kind::Kind;

fn kind(bytes: &[u8]) -> Kind {
    read(bytes, &Site::default()).kind
}

#[test]
fn nothing_at_all_is_other() {
    assert_eq!(kind(b""), Kind::Other);
    assert_eq!(kind(b"\0\0\0"), Kind::Other);
}
