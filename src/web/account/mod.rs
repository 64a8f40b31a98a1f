//! My account: password, second factor, sign-ins, tokens.

mod browser;
mod password;
mod second_factor;
mod session;
mod show;
mod token;

#[cfg(test)]
mod tests;

pub(super) use self::{
    browser::named,
    password::change,
    second_factor::{
        remove as remove_second_factor, renew_codes, set as set_second_factor, show as show_second_factor,
    },
    session::revoke as revoke_session,
    show::show,
    token::{add as add_token, revoke as revoke_token},
};
