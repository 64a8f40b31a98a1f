//! Signing in: the password, and for some the second factor.

mod code;
mod device;
mod enrolment;
mod enter;
mod next;
mod session;
mod show;

#[cfg(test)]
mod second_factor_tests;
#[cfg(test)]
mod tests;

pub(super) use self::{
    code::{enter as enter_code, show as show_code},
    enrolment::{enrol, show as show_enrolment},
    enter::enter,
    next::{path, path_of_code},
    show::show,
};
