//! Who may do what: for administrators.
//!
//! Nobody changes their own account here, the last administrator stays, and one person cannot become two: the right to
//! quarantine is granted, and the password of who has it is set, from the shell only.

mod add;
mod list;
mod password;
mod role;
mod show;
mod state;

#[cfg(test)]
mod tests;

pub(super) use self::{
    add::add, list::list, password::set as set_password, role::set as set_roles, show::show, state::set as set_state,
};
