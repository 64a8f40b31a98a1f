//! What a password must be: long, and not what everybody knows. No list of forbidden words.

use std::collections::BTreeSet;

use crate::domain::{address, secret::Secret};

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most bytes; more would only be work for the machine.
pub const LONGEST: usize = 1024;
/// Fewest different characters.
const DIFFERENT: usize = 4;

/// Why a password is not taken; the text is for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too short.
    #[error("The password is too short. Choose one of at least {SHORTEST} characters.")]
    Short,
    /// Too long.
    #[error("The password is too long. Choose one of at most {LONGEST} bytes.")]
    Long,
    /// A few characters over and over.
    #[error("The password repeats itself. Choose one with at least {DIFFERENT} different characters.")]
    Repeating,
    /// Known to everybody.
    #[error("The password is the login or the mail address. Choose another one.")]
    Known,
}

/// Whether a new password may be used for this account.
///
/// # Errors
/// Why not.
pub fn check(password: &Secret, login: &str, email: &str) -> Result<(), Unfit> {
    let text = password.expose();
    if text.len() > LONGEST {
        return Err(Unfit::Long);
    }
    if text.chars().count() < SHORTEST {
        return Err(Unfit::Short);
    }
    let folded = text.trim().to_lowercase();
    let email = address::fold(email);
    let local = email.rsplit_once('@').map_or("", |(local, _)| local);
    if [login.trim().to_lowercase().as_str(), email.as_str(), local].contains(&folded.as_str()) {
        return Err(Unfit::Known);
    }
    if text.chars().collect::<BTreeSet<_>>().len() < DIFFERENT {
        return Err(Unfit::Repeating);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_and_why() {
        let check =
            |text: &str| super::check(&Secret::new(text.to_owned()), "ada.lovelace.1", "Ada.Lovelace@college.test");
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("elevenchars"), Err(Unfit::Short));
        assert_eq!(check("zwölf Zeichen"), Ok(()));
        assert_eq!(check(&"ab12".repeat(257)), Err(Unfit::Long));
        assert_eq!(check("aaaaaaaaaaaaab"), Err(Unfit::Repeating));
        assert_eq!(check("Ada.Lovelace.1"), Err(Unfit::Known));
        assert_eq!(check("ada.lovelace@COLLEGE.test"), Err(Unfit::Known));
        assert_eq!(check("ada.lovelace"), Err(Unfit::Known));
    }
}
