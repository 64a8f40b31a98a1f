//! Closed sets of words, as the document names them for parameters.

use utoipa::openapi::{
    Object, ObjectBuilder,
    schema::{SchemaType, Type},
};

use crate::domain::{
    delivery::{Group, Reason},
    kind::Kind,
    message::Outcome,
    ticket::State,
};

/// One of these words, or nothing, which asks for all.
fn one_of(words: impl Iterator<Item = &'static str>) -> Object {
    let words: Vec<&str> = std::iter::once("").chain(words).collect();
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(words)).build()
}

pub(super) fn states() -> Object {
    one_of(State::ALL.iter().map(|word| word.as_str()))
}

pub(super) fn kinds() -> Object {
    one_of(Kind::ALL.iter().map(|word| word.as_str()))
}

pub(super) fn outcomes() -> Object {
    one_of(Outcome::ALL.iter().map(|word| word.as_str()))
}

pub(super) fn groups() -> Object {
    one_of(Group::ALL.iter().map(|word| word.as_str()))
}

pub(super) fn reasons() -> Object {
    one_of(Reason::ALL.iter().map(|word| word.as_str()))
}
