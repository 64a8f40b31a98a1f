//! The command line of Postdesk.

fn main() {}
