//! My account: password, sign-ins, tokens.

mod browser;
mod password;
mod session;
mod show;
mod token;

#[cfg(test)]
mod tests;

pub(super) use self::{password::change, session::revoke as revoke_session, show::show, token::revoke as revoke_token};
