//! Objects with named members, defined by a macro: a large description has thousands of them, and what a derive writes to
//! read one (a visitor, an enumeration of its members, two ways to build it) is most of what a compiler would work at. Here each
//! has one function that reads and one that writes, and all else stands in `reader` and `writer`, once.

mod reader;
mod writer;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

pub use reader::{End, Reader, read};
pub use writer::{Writer, write};

/// Defines an object with named members.
///
/// Before each member stands what it may be:
/// - `required`: it is there;
/// - `optional`: it may be absent, and then is `None`;
/// - `nullable`: it may be absent (`None`), and null is one of its values: `Some(None)`, or what else its type has for it;
/// - `rest`: a map of the members that are not named; it comes last.
///
/// A member goes by its field's name, unless another is given. Members that have one value only are no fields: they are
/// written first (`"kind" = "circle",`), and whether they are there is for the schema to say.
///
/// ```
/// methodical_wire::record! {
///     /// A volume.
///     pub struct Volume {
///         required id: u64,
///         optional label: Option<String>,
///         nullable owner: Option<Option<String>>,
///         required r#type: String = "type",
///     }
/// }
///
/// let volume: Volume = serde_json::from_str(r#"{"id": 7, "owner": null, "type": "ssd", "new": true}"#).unwrap();
/// assert_eq!(volume, Volume { id: 7, label: None, owner: Some(None), r#type: "ssd".to_owned() });
/// assert_eq!(serde_json::to_string(&volume).unwrap(), r#"{"id":7,"owner":null,"type":"ssd"}"#);
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($tag:literal = $value:literal,)*
            $($(#[$on_member:meta])* $kind:ident $member:ident: $type:ty $(= $wire:literal)?,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "many members say what they are by their names")]
        pub struct $name {
            $($(#[$on_member])* pub $member: $type,)*
        }

        impl $crate::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const MEMBERS: $crate::record::Members = &[$(&[stringify!($kind), stringify!($member) $(, $wire)?]),*];

            fn write<S: $crate::serde::ser::SerializeMap>(&self, _writer: &mut $crate::record::Writer<S>) {
                $(_writer.constant($tag, $value);)*
                $(_writer.$kind(&self.$member);)*
            }
        }

        impl $crate::record::Read for $name {
            fn read<'de, A: $crate::serde::de::MapAccess<'de>>(
                mut reader: $crate::record::Reader<A, A::Error>,
            ) -> ::std::result::Result<$name, A::Error> {
                $(let mut $member = ::std::option::Option::None;)*
                while let ::std::option::Option::Some(_at) = reader.advance() {
                    // Compiled to a jump: a position is asked for by counting down to it.
                    $(
                        if _at == 0 {
                            reader.$kind(&mut $member);
                            continue;
                        }
                        let _at = _at.wrapping_sub(1);
                    )*
                    reader.skip();
                }
                #[allow(unused_mut, reason = "there may be no members")]
                let mut end = reader.end();
                match ($(end.$kind($member),)*) {
                    ($(::std::option::Option::Some($member),)*) => end.finish($name { $($member),* }),
                    #[allow(unreachable_patterns, reason = "there may be no members")]
                    _ => end.fail(),
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::record::write(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<$name, D::Error> {
                $crate::record::read(deserializer)
            }
        }
    };
}

/// Defines the parameters of a method of a generated `Client`: an object with named members that is written and never read. They
/// are written down as in [`record!`].
///
/// ```
/// # struct Client;
/// # impl Client { fn list_volumes() {} }
/// methodical_wire::parameters! {
///     #[derive(Default)]
///     pub struct Wanted of list_volumes {
///         optional page: Option<u32>,
///         optional r#type: Option<String> = "type",
///     }
/// }
///
/// let wanted = Wanted { page: Some(2), ..Wanted::default() };
/// assert_eq!(serde_json::to_string(&wanted).unwrap(), r#"{"page":2}"#);
/// ```
#[macro_export]
macro_rules! parameters {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident of $method:ident {
            $($(#[$on_member:meta])* $kind:ident $member:ident: $type:ty $(= $wire:literal)?,)*
        }
    ) => {
        #[doc = concat!("Parameters of [`Client::", stringify!($method), "`](crate::Client::", stringify!($method), ").")]
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[$on_member])* pub $member: $type,)*
        }

        impl $crate::record::Record for $name {
            const NAME: &'static str = stringify!($name);
            const MEMBERS: $crate::record::Members = &[$(&[stringify!($kind), stringify!($member) $(, $wire)?]),*];

            fn write<S: $crate::serde::ser::SerializeMap>(&self, writer: &mut $crate::record::Writer<S>) {
                $(writer.$kind(&self.$member);)*
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::record::write(self, serializer)
            }
        }
    };
}

/// What the macros write down of the members, in their order: of each its kind, its field's name, and its name on the wire if that
/// is another.
pub type Members = &'static [&'static [&'static str]];

/// What `record!` and `parameters!` define.
pub trait Record: Sized {
    /// Its Rust name.
    const NAME: &'static str;
    /// Its members.
    const MEMBERS: Members;

    /// Writes all members there are.
    fn write<S: SerializeMap>(&self, writer: &mut Writer<S>);
}

/// What `record!` defines.
pub trait Read: Record {
    /// Reads all members there are.
    ///
    /// # Errors
    /// The deserializer's; that a member lacks or stands there twice.
    fn read<'de, A: MapAccess<'de>>(reader: Reader<A, A::Error>) -> Result<Self, A::Error>;
}

fn wire_name(member: &[&'static str]) -> &'static str {
    member.last().copied().unwrap_or_default()
}

fn is_rest(member: &[&'static str]) -> bool {
    member.first() == Some(&"rest")
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro defines is public")]
mod tests;
