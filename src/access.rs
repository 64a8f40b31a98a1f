//! Who may do what. A right is a value that an act asks for; it cannot be made anywhere but here.
//!
//! [`grant`] reads an account's stored roles and gives what they allow. Its callers are the web's extractors
//! and the command line, and nobody else (a guard test holds them to it). Roles add up, and an administrator
//! is by that neither a reader nor an authorised postmaster.
//!
//! Some acts ask for more than a right. [`Fresh`] says that the person has typed their password for this very act, and
//! [`Consent`] that an authorised postmaster who did so may give consents and releases at this time: not within a day
//! after the role, a password set by somebody else or the removal of a second factor was confirmed.

use std::ops::Deref;

use crate::domain::{account::Account, event::Actor, role::Role, time::Moment};

/// The person behind a right.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Who {
    id: i64,
    name: String,
}

impl Who {
    fn actor(&self) -> Actor {
        Actor::Account { id: self.id, name: self.name.clone() }
    }
}

/// The right to read tickets, messages, ledger and reports; nothing of quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader(Who);

impl Reader {
    /// The person, as an event names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// The person's account.
    #[must_use]
    pub const fn account_id(&self) -> i64 {
        self.0.id
    }
}

/// The right to act on tickets; includes reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postmaster(Reader);

impl Postmaster {
    /// The right to read that comes with it.
    #[must_use]
    pub const fn as_reader(&self) -> &Reader {
        &self.0
    }
}

impl Deref for Postmaster {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.0
    }
}

/// The right to quarantine and logs; includes acting on tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorisedPostmaster(Postmaster, Moment);

impl AuthorisedPostmaster {
    /// From when on this person gives consents and releases, and confirms others.
    #[must_use]
    pub const fn acts_from(&self) -> Moment {
        self.1
    }

    /// The right to give one consent or one release, for who typed their password for it.
    ///
    /// # Errors
    /// [`NotYet`] if this person was confirmed too short a time ago, or if it was somebody else's password.
    pub fn consent(&self, fresh: &Fresh, now: Moment) -> Result<Consent, NotYet> {
        if fresh.0 != self.account_id() || now < self.1 {
            return Err(NotYet(self.1));
        }
        Ok(Consent(self.clone()))
    }

    /// The right to act on tickets that comes with it.
    #[must_use]
    pub const fn as_postmaster(&self) -> &Postmaster {
        &self.0
    }
}

impl Deref for AuthorisedPostmaster {
    type Target = Postmaster;

    fn deref(&self) -> &Postmaster {
        &self.0
    }
}

/// The person has typed their own password for this very act. Made at the doors only.
#[derive(Debug, PartialEq, Eq)]
pub struct Fresh(i64);

impl Fresh {
    /// Whose password it was.
    #[must_use]
    pub const fn account_id(&self) -> i64 {
        self.0
    }
}

/// The proof that this account's password was verified a moment ago. Called by [`grant`]'s callers, after they did so.
#[must_use]
pub const fn fresh(account: i64) -> Fresh {
    Fresh(account)
}

/// The right to one consent, one release or one confirmation.
#[derive(Debug, PartialEq, Eq)]
pub struct Consent(AuthorisedPostmaster);

impl Deref for Consent {
    type Target = AuthorisedPostmaster;

    fn deref(&self) -> &AuthorisedPostmaster {
        &self.0
    }
}

/// Consents and releases are given from this moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "you give consents, releases and confirmations from {0} on, because your own account was confirmed a short time ago"
)]
pub struct NotYet(pub Moment);

/// The right to accounts, settings and health. By itself it shows no mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator(Who);

impl Administrator {
    /// The person, as an event names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// The person's account.
    #[must_use]
    pub const fn account_id(&self) -> i64 {
        self.0.id
    }
}

/// All rights of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    reader: Option<Reader>,
    postmaster: Option<Postmaster>,
    authorised: Option<AuthorisedPostmaster>,
    administrator: Option<Administrator>,
}

impl Rights {
    /// The right to read, if there is one.
    #[must_use]
    pub const fn reader(&self) -> Option<&Reader> {
        self.reader.as_ref()
    }

    /// The right to act on tickets, if there is one.
    #[must_use]
    pub const fn postmaster(&self) -> Option<&Postmaster> {
        self.postmaster.as_ref()
    }

    /// The right to quarantine, if there is one.
    #[must_use]
    pub const fn authorised_postmaster(&self) -> Option<&AuthorisedPostmaster> {
        self.authorised.as_ref()
    }

    /// The right to administer, if there is one.
    #[must_use]
    pub const fn administrator(&self) -> Option<&Administrator> {
        self.administrator.as_ref()
    }

    /// Whether there is no right at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.reader.is_none() && self.administrator.is_none()
    }
}

/// What an account's stored roles allow. A disabled account gets nothing.
#[must_use]
pub fn grant(account: &Account) -> Rights {
    if account.disabled {
        return Rights::default();
    }
    let who = || Who { id: account.id, name: account.name.clone() };
    let authorised = account.has(Role::AuthorisedPostmaster);
    let postmaster = authorised || account.has(Role::Postmaster);
    let reader = postmaster || account.has(Role::Reader);
    Rights {
        reader: reader.then(|| Reader(who())),
        postmaster: postmaster.then(|| Postmaster(Reader(who()))),
        authorised: authorised.then(|| AuthorisedPostmaster(Postmaster(Reader(who())), account.authorised_from)),
        administrator: account.has(Role::Administrator).then(|| Administrator(who())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(roles: &[Role]) -> Account {
        Account {
            id: 7,
            login: "ada".to_owned(),
            name: "Ada".to_owned(),
            email: "ada@college.test".to_owned(),
            roles: roles.to_vec(),
            disabled: false,
            second_factor: false,
            authorised_from: Moment::default(),
            created_at: Moment::default(),
        }
    }

    /// Reader, postmaster, authorised postmaster, administrator.
    fn held(roles: &[Role]) -> [bool; 4] {
        let rights = grant(&account(roles));
        [
            rights.reader().is_some(),
            rights.postmaster().is_some(),
            rights.authorised_postmaster().is_some(),
            rights.administrator().is_some(),
        ]
    }

    #[test]
    fn each_role_by_itself() {
        assert_eq!(held(&[]), [false, false, false, false]);
        assert_eq!(held(&[Role::Reader]), [true, false, false, false]);
        assert_eq!(held(&[Role::Postmaster]), [true, true, false, false]);
        assert_eq!(held(&[Role::AuthorisedPostmaster]), [true, true, true, false]);
        assert_eq!(held(&[Role::Administrator]), [false, false, false, true]);
    }

    #[test]
    fn roles_add_up_in_every_combination() {
        for set in 0..1_u8 << Role::ALL.len() {
            let roles: Vec<Role> =
                Role::ALL.iter().enumerate().filter(|(i, _)| set & (1 << i) != 0).map(|(_, role)| *role).collect();
            let mut sum = [false; 4];
            for role in &roles {
                for (sum, one) in sum.iter_mut().zip(held(&[*role])) {
                    *sum |= one;
                }
            }
            assert_eq!(held(&roles), sum, "{roles:?}");
        }
    }

    #[test]
    fn an_administrator_is_not_an_authorised_postmaster() {
        let rights = grant(&account(&[Role::Administrator]));
        assert!(rights.authorised_postmaster().is_none());
        assert!(grant(&account(&[Role::Administrator, Role::Postmaster])).authorised_postmaster().is_none());
    }

    #[test]
    fn an_administrator_reads_no_mail() {
        assert!(grant(&account(&[Role::Administrator])).reader().is_none());
    }

    #[test]
    fn a_disabled_account_has_no_right() {
        let disabled = Account { disabled: true, ..account(Role::ALL) };
        assert!(grant(&disabled).is_empty());
        assert_eq!(grant(&disabled), Rights::default());
    }

    #[test]
    fn consents_are_given_with_ones_own_password_and_not_too_soon() {
        let from = Moment::from_secs(86_400);
        let ada = Account { authorised_from: from, ..account(&[Role::AuthorisedPostmaster]) };
        let rights = grant(&ada);
        let may = rights.authorised_postmaster().unwrap();
        assert_eq!(may.consent(&fresh(7), Moment::from_secs(86_399)), Err(NotYet(from)));
        assert_eq!(may.consent(&fresh(8), from), Err(NotYet(from)), "another's password");
        assert_eq!(may.consent(&fresh(7), from).map(|consent| consent.account_id()), Ok(7));
    }

    #[test]
    fn a_right_says_whose_it_is() {
        let rights = grant(&account(Role::ALL));
        let ada = Actor::Account { id: 7, name: "Ada".to_owned() };
        assert_eq!(
            rights.authorised_postmaster().map(|right| (right.account_id(), right.actor())),
            Some((7, ada.clone()))
        );
        assert_eq!(rights.administrator().map(Administrator::actor), Some(ada.clone()));
        assert_eq!(rights.postmaster().map(|right| right.as_reader().actor()), Some(ada));
    }
}
