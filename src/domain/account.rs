//! A person who may sign in.

use super::{role::Role, time::Moment};

/// An account as stored. The password's hash stays in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Row id.
    pub id: i64,
    /// Name typed at sign-in, folded.
    pub login: String,
    /// The person's name, as colleagues see it.
    pub name: String,
    /// Where notices to this person go.
    pub email: String,
    /// Stored roles.
    pub roles: Vec<Role>,
    /// A disabled account can do nothing.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Moment,
}

impl Account {
    /// Whether a role is among the stored ones.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
