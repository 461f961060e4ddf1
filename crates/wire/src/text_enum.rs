//! Enumerations of texts, defined by a macro: descriptions have thousands of them, and what a derive would write for
//! each is most of what a compiler would read.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Defines an enumeration of texts: a variant for each, and one that keeps a text unknown to this version.
///
/// It is read from a JSON string and written as one; `as_str` gives the text.
///
/// ```
/// methodical_wire::text_enum! {
///     /// Which way to sort.
///     pub enum Order {
///         Ascending = "asc",
///         Descending = "desc",
///         ..Unknown
///     }
/// }
///
/// let order: Order = serde_json::from_str("\"desc\"").unwrap();
/// assert_eq!(order, Order::Descending);
/// assert_eq!(Order::Unknown("up".to_owned()).as_str(), "up");
/// ```
#[macro_export]
macro_rules! text_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($(#[$on_variant:meta])* $variant:ident = $text:literal,)* ..$unknown:ident }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", stringify!($text), "`.")]
                $(#[$on_variant])*
                $variant,
            )*
            /// A value that this version does not know.
            $unknown(::std::string::String),
        }

        impl $name {
            /// The value on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::$unknown(text) => text,
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<$name, D::Error> {
                $crate::read_text(deserializer, |text| match text {
                    $($text => $name::$variant,)*
                    unknown => $name::$unknown(unknown.to_owned()),
                })
            }
        }
    };
}

/// Reads a text, and makes of it what `make` says.
///
/// # Errors
/// If there is no text.
#[doc(hidden)]
pub fn read_text<'de, D: Deserializer<'de>, T>(deserializer: D, make: fn(&str) -> T) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text(make))
}

struct Text<T>(fn(&str) -> T);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }
}
