//! The decoder behind the strict gate: from one item that [`crate::validate`] has passed to a value.
//!
//! It reads what `serde_cbor`'s decoder reads of such items, to the same values (a test compares the two), but for three forms
//! that nobody writes: a struct as an array, a variant by number, and text and bytes in each other's place. What depends on the
//! type is little: heads are read in one place, and each type has the code of its own shape alone. `serde_cbor` has
//! the code of every shape for every type, which was a megabyte of the program.

use crate::codec::CodecError;
use crate::validate::head;
use serde::de::{
    self, DeserializeSeed, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt;

impl de::Error for CodecError {
    #[cold]
    fn custom<T: fmt::Display>(sentence: T) -> CodecError {
        CodecError::Shape(sentence.to_string())
    }

    #[cold]
    fn unknown_variant(variant: &str, _: &'static [&'static str]) -> CodecError {
        CodecError::UnknownVariant(variant.to_owned())
    }
}

/// One head, and the string behind it.
#[derive(Clone, Copy)]
enum Item<'de> {
    Number(u64),
    /// Minus one, minus that.
    Negative(u64),
    Bytes(&'de [u8]),
    Text(&'de str),
    Array(u64),
    Map(u64),
    Bool(bool),
    Null,
}

impl Item<'_> {
    /// The error of finding it where something else is expected.
    #[cold]
    #[inline(never)]
    fn instead_of(self, expected: &dyn Expected) -> CodecError {
        let found = match self {
            Item::Number(n) => Unexpected::Unsigned(n),
            Item::Negative(n) => {
                i64::try_from(n).map_or(Unexpected::Other("a number below -2^63"), |n| Unexpected::Signed(!n))
            }
            Item::Bytes(bytes) => Unexpected::Bytes(bytes),
            Item::Text(text) => Unexpected::Str(text),
            Item::Array(_) => Unexpected::Seq,
            Item::Map(_) => Unexpected::Map,
            Item::Bool(value) => Unexpected::Bool(value),
            Item::Null => Unexpected::Unit,
        };
        de::Error::invalid_type(found, expected)
    }
}

#[cold]
fn shape(sentence: &str) -> CodecError {
    CodecError::Shape(sentence.to_owned())
}

/// Where in the bytes of a valid item the reader is. Nesting is bounded by the gate.
pub(crate) struct Decoder<'de> {
    bytes: &'de [u8],
    at: usize,
}

impl<'de> Decoder<'de> {
    /// For bytes that have passed the gate.
    pub(crate) fn new(bytes: &'de [u8]) -> Decoder<'de> {
        Decoder { bytes, at: 0 }
    }

    /// The next head, with the string behind it.
    #[inline(never)]
    fn next(&mut self) -> Result<Item<'de>, CodecError> {
        let (major, argument, body) = head(self.bytes, self.at)?;
        self.at = body;
        Ok(match major {
            0 => Item::Number(argument),
            1 => Item::Negative(argument),
            2 => Item::Bytes(self.string(argument)?),
            3 => Item::Text(std::str::from_utf8(self.string(argument)?).map_err(|_| shape("not UTF-8"))?),
            4 => Item::Array(argument),
            5 => Item::Map(argument),
            _ => match argument {
                20 | 21 => Item::Bool(argument == 21),
                22 => Item::Null,
                _ => return Err(shape("no plain item")),
            },
        })
    }

    fn string(&mut self, len: u64) -> Result<&'de [u8], CodecError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let string = usize::try_from(len).ok().and_then(|len| rest.get(..len));
        let string = string.ok_or_else(|| shape("the bytes end inside a string"))?;
        self.at += string.len();
        Ok(string)
    }

    fn is_text(&self) -> bool {
        self.bytes.get(self.at).is_some_and(|first| first >> 5 == 3)
    }

    /// Takes a null, if it is next.
    fn null(&mut self) -> bool {
        let null = self.bytes.get(self.at) == Some(&0xf6);
        self.at += usize::from(null);
        null
    }

    /// Passes over an item and all in it.
    fn skip(&mut self) -> Result<(), CodecError> {
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            left += match self.next()? {
                Item::Array(items) => items,
                Item::Map(pairs) => pairs.saturating_mul(2),
                _ => 0,
            };
        }
        Ok(())
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Number(n) => visitor.visit_u64(n),
            Item::Negative(n) if i64::try_from(n).is_ok() => visitor.visit_i64(!n.cast_signed()),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Text(text) => visitor.visit_borrowed_str(text),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Array(left) => self.items(left, visitor),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn items<V: Visitor<'de>>(&mut self, left: u64, visitor: V) -> Result<V::Value, CodecError> {
        let mut inside = Inside { decoder: self, left };
        let value = visitor.visit_seq(&mut inside)?;
        inside.end()?;
        Ok(value)
    }

    fn map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Map(left) => self.pairs(left, visitor),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn pairs<V: Visitor<'de>>(&mut self, left: u64, visitor: V) -> Result<V::Value, CodecError> {
        let mut inside = Inside { decoder: self, left };
        let value = visitor.visit_map(&mut inside)?;
        inside.end()?;
        Ok(value)
    }
}

/// Asks for one shape by several of serde's names.
macro_rules! by {
    ($read:ident: $($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
            self.$read(visitor)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Decoder<'de> {
    type Error = CodecError;

    /// For a type that takes whatever comes.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Number(n) => visitor.visit_u64(n),
            Item::Negative(n) => match i64::try_from(n) {
                Ok(n) => visitor.visit_i64(!n),
                Err(_) => visitor.visit_i128(!i128::from(n)),
            },
            Item::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Item::Text(text) => visitor.visit_borrowed_str(text),
            Item::Array(left) => self.items(left, visitor),
            Item::Map(left) => self.pairs(left, visitor),
            Item::Bool(value) => visitor.visit_bool(value),
            Item::Null => visitor.visit_unit(),
        }
    }

    by!(number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128);
    by!(number: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128);
    // None is plain: the gate has refused them, and a number is none.
    by!(number: deserialize_f32 deserialize_f64);
    by!(text: deserialize_str deserialize_string deserialize_char deserialize_identifier);
    by!(array: deserialize_seq);
    by!(map: deserialize_map);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Bool(value) => visitor.visit_bool(value),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.next()? {
            Item::Null => visitor.visit_unit(),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        if self.null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, CodecError> {
        self.array(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.array(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.map(visitor)
    }

    /// A variant without insides is its name, one with insides a map of one pair.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        let alone = self.is_text();
        if !alone {
            match self.next()? {
                Item::Map(1) => {}
                other => return Err(other.instead_of(&visitor)),
            }
        }
        visitor.visit_enum(Variant { decoder: self, alone })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.skip()?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// An array or map whose items or pairs are being read.
struct Inside<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    left: u64,
}

impl Inside<'_, '_> {
    fn one(&mut self) -> bool {
        let some = self.left > 0;
        self.left -= u64::from(some);
        some
    }

    fn hint(&self) -> Option<usize> {
        // As many bytes are there at least: the gate has seen to it.
        usize::try_from(self.left).ok()
    }

    fn end(&self) -> Result<(), CodecError> {
        if self.left == 0 { Ok(()) } else { Err(shape("more items than are expected")) }
    }
}

impl<'de> SeqAccess<'de> for &mut Inside<'_, 'de> {
    type Error = CodecError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, CodecError> {
        if self.one() { seed.deserialize(&mut *self.decoder).map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> MapAccess<'de> for &mut Inside<'_, 'de> {
    type Error = CodecError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, CodecError> {
        if self.one() { seed.deserialize(&mut *self.decoder).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, CodecError> {
        seed.deserialize(&mut *self.decoder)
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

/// A variant that is being read: its name alone, or the pair in a map of one.
struct Variant<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    alone: bool,
}

impl Variant<'_, '_> {
    /// There is something behind the name.
    fn filled(&self) -> Result<(), CodecError> {
        if self.alone { Err(shape("a variant without what belongs in it")) } else { Ok(()) }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), CodecError> {
        Ok((seed.deserialize(&mut *self.decoder)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;

    fn unit_variant(self) -> Result<(), CodecError> {
        if self.alone || self.decoder.null() {
            Ok(())
        } else {
            Err(shape("a variant with what does not belong in it"))
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, CodecError> {
        self.filled()?;
        seed.deserialize(self.decoder)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, CodecError> {
        self.filled()?;
        self.decoder.array(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        self.filled()?;
        self.decoder.map(visitor)
    }
}
