//! Passwords: argon2id, two computations at once, off the threads that serve everybody.

mod policy;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::{Semaphore, TryAcquireError};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::{
    clock::{Clock, NoEntropy},
    domain::secret::Secret,
};

pub use policy::{LONGEST, SHORTEST, Unfit, check};

/// Memory in KiB: with the passes and lanes below, the least that OWASP recommends.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Computations at once, so that sign-ins can take neither all processors nor all memory.
pub const AT_ONCE: usize = 2;
/// How many may wait for their turn; the next one is told to come back.
const WAITING: usize = 64;
/// A stored hash that asks for more memory or passes was not made by us.
const MOST: (u32, u32) = (256 * 1024, 16);

/// Hashes and verifies. Clones share the two places.
#[derive(Clone)]
pub struct Passwords {
    clock: Clock,
    parameters: Params,
    /// Stands in for the hash of an account that does not exist.
    dummy: Arc<PasswordHash>,
    turns: Arc<Semaphore>,
    door: Arc<Semaphore>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right {
        /// A new hash to store, if the stored one was made with older parameters.
        rehash: Option<String>,
    },
    /// The password is wrong, or there is no such account.
    Wrong,
}

/// Why nothing could be computed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting.
    #[error("too many sign-ins at this moment; try again in a few seconds")]
    Busy,
    /// No random bytes for a salt.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The computation failed; the text says nothing of the password.
    #[error("the password could not be hashed: {0}")]
    Hashing(String),
}

impl Passwords {
    /// Prepares the parameters and the stand-in for unknown accounts. Computes nothing.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new(clock: Clock) -> Result<Self, PasswordError> {
        let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
        // No password is known to have this output: it is random, as is the salt.
        let dummy = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&parameters).map_err(failed)?,
            salt: Some(Salt::new(&clock.unguessable::<16>()?).map_err(failed)?),
            hash: Some(Output::new(&clock.unguessable::<{ Params::DEFAULT_OUTPUT_LEN }>()?).map_err(failed)?),
        };
        let (turns, door) = (Semaphore::new(AT_ONCE), Semaphore::new(AT_ONCE + WAITING));
        Ok(Self { clock, parameters, dummy: Arc::new(dummy), turns: Arc::new(turns), door: Arc::new(door) })
    }

    /// Hashes a new password, which [`check`] has accepted.
    ///
    /// # Errors
    /// When too many are waiting, or the machine has no random bytes or no memory.
    pub async fn hash(&self, password: &Secret) -> Result<String, PasswordError> {
        let salt = self.clock.unguessable::<16>()?;
        let (parameters, password) = (self.parameters.clone(), password.clone());
        self.in_turn(move || hash(parameters, &password, &salt)).await?
    }

    /// Compares a password with a stored hash. Give `None` for an account that does not exist or may not
    /// sign in: it takes the same time.
    ///
    /// # Errors
    /// When too many are waiting, or the machine has no random bytes or no memory.
    pub async fn verify(&self, stored: Option<&str>, password: &Secret) -> Result<Verdict, PasswordError> {
        let known = stored.and_then(readable);
        if stored.is_some() && known.is_none() {
            tracing::error!("a stored password hash cannot be read; set the account's password again from the shell");
        }
        let too_long = password.expose().len() > LONGEST;
        let real = known.is_some() && !too_long;
        let target = known.filter(|_| real).map_or_else(|| Arc::clone(&self.dummy), Arc::new);
        let salt = self.clock.unguessable::<16>()?;
        let parameters = self.parameters.clone();
        let password = if too_long { Secret::new(String::new()) } else { password.clone() };
        self.in_turn(move || {
            let right = Argon2::from(&parameters).verify_password(normal(&password).as_bytes(), &*target).is_ok();
            if !(right && real) {
                return Ok(Verdict::Wrong);
            }
            let rehash = if is_current(&target) { None } else { Some(hash(parameters, &password, &salt)?) };
            Ok(Verdict::Right { rehash })
        })
        .await?
    }

    /// Takes all places, so that whoever asks for a computation is told that it is busy.
    #[cfg(test)]
    pub(crate) fn occupied(&self) -> tokio::sync::OwnedSemaphorePermit {
        let all = u32::try_from(AT_ONCE + WAITING).unwrap();
        Arc::clone(&self.door).try_acquire_many_owned(all).unwrap()
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let _inside = self.door.try_acquire().map_err(|error| match error {
            TryAcquireError::NoPermits => PasswordError::Busy,
            TryAcquireError::Closed => failed(error),
        })?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(failed)?;
        // The turn goes with the work: a caller who hangs up does not make room for a third computation.
        let work = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hashing(error.to_string())
}

/// One form for characters that keyboards send in several (NFKC, NIST SP 800-63B).
fn normal(password: &Secret) -> Zeroizing<String> {
    Zeroizing::new(password.expose().nfkc().collect())
}

fn hash(parameters: Params, password: &Secret, salt: &[u8]) -> Result<String, PasswordError> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let hash = argon2.hash_password_with_salt(normal(password).as_bytes(), salt).map_err(failed)?;
    Ok(hash.to_string())
}

/// A stored hash that can be verified at a bearable cost.
fn readable(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let parameters = Params::try_from(&hash).ok()?;
    let bearable = parameters.m_cost() <= MOST.0 && parameters.t_cost() <= MOST.1 && parameters.p_cost() <= 16;
    (bearable && hash.hash.is_some()).then_some(hash)
}

/// Whether a hash was made with today's algorithm and parameters.
fn is_current(hash: &PasswordHash) -> bool {
    let today = |parameters: Params| {
        parameters.m_cost() == MEMORY_KIB && parameters.t_cost() == PASSES && parameters.p_cost() == LANES
    };
    hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::new(Clock::machine()).unwrap()
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn right_and_wrong() {
        let passwords = passwords();
        let hash = passwords.hash(&secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(
            passwords.verify(Some(&hash), &secret("correct horse")).await.unwrap(),
            Verdict::Right { rehash: None }
        );
        assert_eq!(passwords.verify(Some(&hash), &secret("correct hors")).await.unwrap(), Verdict::Wrong);
        assert_ne!(hash, passwords.hash(&secret("correct horse")).await.unwrap(), "each hash has a salt of its own");
    }

    #[tokio::test]
    async fn one_password_however_the_keyboard_composes_it() {
        let passwords = passwords();
        let hash = passwords.hash(&secret("Schl\u{fc}sselbrett")).await.unwrap();
        let verdict = passwords.verify(Some(&hash), &secret("Schlu\u{308}sselbrett")).await.unwrap();
        assert_eq!(verdict, Verdict::Right { rehash: None });
    }

    #[tokio::test]
    async fn older_parameters_are_replaced_at_sign_in() {
        let passwords = passwords();
        let old = hash(Params::new(64, 1, 1, None).unwrap(), &secret("correct horse"), &[7; 16]).unwrap();
        let Verdict::Right { rehash: Some(new) } =
            passwords.verify(Some(&old), &secret("correct horse")).await.unwrap()
        else {
            panic!("no new hash")
        };
        assert_eq!(
            passwords.verify(Some(&new), &secret("correct horse")).await.unwrap(),
            Verdict::Right { rehash: None }
        );
        assert_eq!(passwords.verify(Some(&old), &secret("wrong horse 1")).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn an_unknown_account_costs_the_same_computation() {
        let passwords = passwords();
        assert!(is_current(&passwords.dummy));
        assert!(readable(&passwords.dummy.to_string()).is_some());
        assert_eq!(passwords.verify(None, &secret("correct horse")).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verify(None, &secret("")).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn spoilt_greedy_and_overlong_input_is_wrong_and_harmless() {
        let passwords = passwords();
        let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21l$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        for stored in ["", "hunter2", greedy, "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l"] {
            assert_eq!(
                passwords.verify(Some(stored), &secret("correct horse")).await.unwrap(),
                Verdict::Wrong,
                "{stored}"
            );
        }
        let hash = passwords.hash(&secret("correct horse")).await.unwrap();
        let verdict = passwords.verify(Some(&hash), &secret(&"x".repeat(LONGEST + 1))).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong);
    }

    #[tokio::test]
    async fn too_many_at_once_are_sent_away() {
        let passwords = passwords();
        let _all = passwords.door.acquire_many(u32::try_from(AT_ONCE + WAITING).unwrap()).await.unwrap();
        assert!(matches!(passwords.verify(None, &secret("x")).await, Err(PasswordError::Busy)));
    }
}
