//! A lenient walk through JSON: what stands before a break stays read, and a value of another sort than expected is
//! passed over. Nothing is kept that no field asks for.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Characters of one value.
const CHARS: usize = 500;
/// Lines of a list of texts.
const LINES: usize = 20;

/// What an object's fields are read into.
pub(super) trait Fill {
    /// Reads the value of one field; `rest.skip()` if it is not known.
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error>;
}

/// Passes a value over.
pub(super) fn skip<'de, A: MapAccess<'de>>(rest: &mut A) -> Result<(), A::Error> {
    rest.next_value::<IgnoredAny>().map(drop)
}

/// Reads a value as an object; whatever else it is is passed over.
pub(super) struct Object<'t, T>(pub(super) &'t mut T);

impl<'de, T: Fill> DeserializeSeed<'de> for Object<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// Scalars that are not wanted.
macro_rules! pass_over_scalars {
    () => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }
    };
}

impl<'de, T: Fill> Visitor<'de> for Object<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.0.field(&name.to_ascii_lowercase(), &mut map)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    pass_over_scalars!();
}

/// Reads a value as a list of objects, or as one object where there should be a list.
pub(super) struct Each<'t, T> {
    pub(super) into: &'t mut Vec<T>,
    /// Items read; more are counted in `over`.
    pub(super) most: usize,
    pub(super) over: &'t mut u64,
}

impl<'de, T: Fill + Default> DeserializeSeed<'de> for Each<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Fill + Default> Visitor<'de> for Each<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        loop {
            if self.into.len() >= self.most {
                if seq.next_element::<IgnoredAny>()?.is_none() {
                    return Ok(());
                }
                *self.over += 1;
                continue;
            }
            // In its place before it is read, so that a break within it leaves what stood before the break.
            let at = self.into.len();
            self.into.push(T::default());
            let Some(item) = self.into.get_mut(at) else { return Ok(()) };
            if seq.next_element_seed(Object(item))?.is_none() {
                self.into.pop();
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut item = T::default();
        while let Some(name) = map.next_key::<String>()? {
            item.field(&name.to_ascii_lowercase(), &mut map)?;
        }
        if self.into.len() < self.most {
            self.into.push(item);
        }
        Ok(())
    }

    pass_over_scalars!();
}

/// A text, number or truth as a text; nothing of anything else.
#[derive(Debug, Default)]
pub(super) struct Scalar(pub(super) Option<String>);

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Texts(1)).map(|mut texts| Self(texts.0.pop()))
    }
}

/// A list of texts, at most 20, or one text where there should be a list.
#[derive(Debug, Default)]
pub(super) struct Lines(pub(super) Vec<String>);

impl<'de> serde::Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Texts(LINES))
    }
}

struct Texts(usize);

impl<'de> Visitor<'de> for Texts {
    type Value = Lines;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Lines, E> {
        let line = crate::reading::letter::field::one_line(text.trim());
        Ok(Lines(vec![line.chars().take(CHARS).collect()]))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Lines, E> {
        Ok(Lines(vec![value.to_string()]))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Lines, E> {
        Ok(Lines(vec![value.to_string()]))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Lines, E> {
        Ok(Lines(vec![value.to_string()]))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Lines, E> {
        Ok(Lines(vec![value.to_string()]))
    }

    fn visit_unit<E: Error>(self) -> Result<Lines, E> {
        Ok(Lines::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lines, A::Error> {
        let mut lines = Vec::new();
        // A list in a list is a line that says nothing.
        while lines.len() < self.0.max(LINES) {
            match seq.next_element::<Inner>()? {
                Some(Inner(Some(line))) => lines.push(line),
                Some(Inner(None)) => {}
                None => return Ok(Lines(lines)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lines(lines))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lines, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Lines::default())
    }
}

/// A text within a list; lists and objects within it are passed over.
struct Inner(Option<String>);

impl<'de> serde::Deserialize<'de> for Inner {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(InnerText).map(Self)
    }
}

struct InnerText;

impl<'de> Visitor<'de> for InnerText {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
        Texts(1).visit_str(text).map(|mut lines: Lines| lines.0.pop())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<String>, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<String>, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<String>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<String>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
