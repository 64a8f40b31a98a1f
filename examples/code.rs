//! Prints the code that an authenticator would show now, for a key on standard input: what the demo's and the tests'
//! second factors are shown with.
//!
//! ```text
//! cargo run --example code < KEY_FILE
//! ```

use std::{io::Read as _, process::ExitCode};

use anyhow::{Context as _, Result};
use postdesk::{
    clock::Clock,
    domain::{second_factor::Key, secret::Secret},
};

fn main() -> ExitCode {
    match code() {
        Ok(code) => {
            println!("{}", code.expose());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("code: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn code() -> Result<Secret> {
    let mut text = String::new();
    std::io::stdin().take(200).read_to_string(&mut text).context("cannot read the key from standard input")?;
    let key = Key::written(&Secret::new(text))
        .context("this is no key; write it in base32, as account second-factor prints it")?;
    key.code(Clock::machine().now()).context("no code can be made of this key")
}
