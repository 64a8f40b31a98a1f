//! A configuration file: read, or refused in words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postdesk::config::Config;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("postdesk-fuzz-{}.toml", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    if let Err(errors) = Config::load(&path, std::iter::empty(), None) {
        assert!(!errors.to_string().is_empty());
    }
});
