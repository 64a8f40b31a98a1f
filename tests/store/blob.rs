use postdesk::store::blob::{Packed, keep, load};
use sha2::{Digest, Sha256};

use super::{on_both, view, work};

/// Bytes that no compressor makes smaller: a chain of hashes.
fn incompressible(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut link: [u8; 32] = Sha256::digest(b"first link").into();
    while bytes.len() < length {
        bytes.extend_from_slice(&link);
        link = Sha256::digest(link).into();
    }
    bytes.truncate(length);
    bytes
}

on_both!(bytes_come_back_as_they_went, |store| {
    let everything: Vec<u8> = (0..=255).collect();
    let cases: [Vec<u8>; 6] = [
        Vec::new(),
        vec![0],
        everything,
        b"a".repeat(3 << 20),
        incompressible(1 << 20),
        b"From: a@example.org\r\n\r\nbare \r and \n and \0".to_vec(),
    ];
    for bytes in cases {
        let packed = Packed::new(&bytes).expect("packed");
        assert_eq!(packed.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert_eq!(usize::try_from(packed.size).expect("a size"), bytes.len());
        work!(store, w => keep(&mut w, &packed));
        work!(store, w => keep(&mut w, &packed));
        assert!(view!(store, v => load(&mut v, &packed.sha256)) == Some(bytes));
    }
    assert_eq!(view!(store, v => load(&mut v, &[9; 32])), None);
});
