//! Who may do what: for administrators.
//!
//! Nobody changes their own account here, the last administrator stays, every act asks for the administrator's own
//! password, and one person cannot become two: what would make somebody an authorised postmaster, or let another person
//! in as one, waits until another authorised postmaster confirms it.

mod about;
mod add;
mod list;
mod password;
mod proof;
mod role;
mod second_factor;
mod session;
mod show;
mod state;
mod token;

#[cfg(test)]
mod tests;

pub(super) use self::{
    add::add, list::list, password::set as set_password, role::set as set_roles,
    second_factor::reset as reset_second_factor, session::end as end_sessions, show::show, state::set as set_state,
    token::revoke as revoke_token,
};
