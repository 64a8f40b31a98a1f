//! What the unit tests of several rooms need.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// A directory of its own for one test, removed at its end.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("postdesk-unit-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The address of an embedded database in it.
    pub(crate) fn database(&self) -> String {
        format!("sqlite://{}", self.0.join("postdesk.db").display())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_scratch_directory_goes_with_its_test() {
    let scratch = Scratch::new();
    let path = scratch.path().to_owned();
    std::fs::write(path.join("a"), "b").unwrap();
    drop(scratch);
    assert!(!path.exists());
}
