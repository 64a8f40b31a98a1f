//! Who may do what. A right is a value that an act asks for; it cannot be made anywhere but here.
//!
//! [`grant`] reads an account's stored roles and gives what they allow. Its callers are the web's extractors
//! and the command line, and nobody else (a guard test holds them to it). Roles add up, and an administrator
//! is by that neither a reader nor an authorised postmaster.

use std::ops::Deref;

use crate::domain::{account::Account, event::Actor, role::Role};

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
pub struct AuthorisedPostmaster(Postmaster);

impl AuthorisedPostmaster {
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
        authorised: authorised.then(|| AuthorisedPostmaster(Postmaster(Reader(who())))),
        administrator: account.has(Role::Administrator).then(|| Administrator(who())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Moment;

    fn account(roles: &[Role]) -> Account {
        Account {
            id: 7,
            login: "ada".to_owned(),
            name: "Ada".to_owned(),
            email: "ada@college.test".to_owned(),
            roles: roles.to_vec(),
            disabled: false,
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
