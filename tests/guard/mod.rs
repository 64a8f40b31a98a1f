//! The rules of the house, held by a grep. Each rule shows first that it would catch who breaks it.

mod limit;
mod migration;
mod room;
mod rule;
mod security;
mod source;
mod template;
mod word;
