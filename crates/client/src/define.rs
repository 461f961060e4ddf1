//! What a generated client has for each operation, as macros: a large description has a thousand of them, and written out
//! each would be the same thirty lines.

/// Defines the marker `of` an operation, which is named by its method: its data, its effect, what it comes to, what it may be refused with, and which
/// further methods its calls have.
///
/// ```
/// use methodical_client::{Fetched, HasHead, NoProblem, Safe, wire};
///
/// static COUNT: wire::Operation = wire::Operation::safe(wire::Method::Get, "count", "/count");
/// # struct Client;
/// # impl Client { fn count() {} }
///
/// methodical_client::operation! {
///     pub enum Count of count = COUNT: Safe => Fetched<u64>, NoProblem; HasHead
/// }
/// ```
///
/// The items of a list that comes in pages follow as `pages Item`.
#[macro_export]
macro_rules! operation {
    (
        pub enum $name:ident of $method:ident = $data:path: $effect:ty => $outcome:ty, $problem:ty
        $(; $($further:ident $($item:ty)?),+)?
    ) => {
        #[doc = concat!("Marker and data of [`Client::", stringify!($method), "`](crate::Client::", stringify!($method), ").")]
        #[derive(Debug)]
        pub enum $name {}

        impl $crate::Operation for $name {
            const DATA: &'static $crate::wire::Operation = &$data;
            type Effect = $effect;
            type Outcome = $outcome;
            type Problem = $problem;
        }

        $($($crate::operation!(@further $name $further $($item)?);)+)?
    };
    (@further $name:ident pages $item:ty) => {
        impl $crate::Paginated for $name {
            type Item = $item;
        }
    };
    (@further $name:ident $further:ident) => {
        impl $crate::$further for $name {}
    };
}

/// Defines what a method's call may be refused with: a variant for each declared status that is no other error.
///
/// Before each variant stand the statuses that it is for, and what the body is: a `problem` document, another `value`, or
/// `empty`. What stands for several statuses has the one that came before its value.
///
/// ```
/// use methodical_client::wire::Problem;
///
/// methodical_client::problem! {
///     pub enum CountProblem of count {
///         /// There is nothing to count.
///         404 => problem NotFound(Problem),
///         /// Somebody is counting.
///         409 => empty Conflict,
///         /// Anything else.
///         _ => value Default(u16, String),
///     }
/// }
/// ```
///
/// Of a body that may be one of several, `or Body::Problem` names the alternative that is a problem.
#[macro_export]
macro_rules! problem {
    (
        pub enum $name:ident of $method:ident {
            $($(#[$on_variant:meta])* $status:pat => $kind:ident $variant:ident $(($($payload:tt)*))? $(or $within:path)?,)*
        }
    ) => {
        #[doc = concat!(
            "What [`Client::", stringify!($method), "`](crate::Client::", stringify!($method), ") may be refused with."
        )]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "many variants say what they are by their names")]
        pub enum $name {
            $($(#[$on_variant])* $variant $(($($payload)*))?,)*
        }

        impl $crate::DeclaredProblem for $name {
            #[inline]
            fn from_answer(
                status: u16,
                body: $crate::ErrorBody,
            ) -> ::std::result::Result<$name, $crate::ErrorBody> {
                match status {
                    $($status => $crate::problem!(@read $kind status body $name $variant $(($($payload)*))?),)*
                    #[allow(unreachable_patterns, reason = "all may be declared")]
                    _ => ::std::result::Result::Err(body),
                }
            }

            #[inline]
            fn problem(&self) -> ::std::option::Option<&$crate::wire::Problem> {
                $($crate::problem!(@problem $kind self $name $variant $($within)?);)*
                ::std::option::Option::None
            }
        }
    };
    (@read empty $status:ident $body:ident $name:ident $variant:ident) => {
        ::std::result::Result::Ok($name::$variant)
    };
    (@read empty $status:ident $body:ident $name:ident $variant:ident (u16)) => {
        ::std::result::Result::Ok($name::$variant($status))
    };
    (@read problem $status:ident $body:ident $name:ident $variant:ident (u16, $of:ty)) => {
        $body.problem().map(|value| $name::$variant($status, value))
    };
    (@read problem $status:ident $body:ident $name:ident $variant:ident ($of:ty)) => {
        $body.problem().map($name::$variant)
    };
    (@read value $status:ident $body:ident $name:ident $variant:ident (u16, $of:ty)) => {
        $body.read().map(|value| $name::$variant($status, value))
    };
    (@read value $status:ident $body:ident $name:ident $variant:ident ($of:ty)) => {
        $body.read().map($name::$variant)
    };
    (@problem problem $self:ident $name:ident $variant:ident) => {
        if let $name::$variant(.., problem) = $self {
            return ::std::option::Option::Some(problem);
        }
    };
    (@problem value $self:ident $name:ident $variant:ident $within:path) => {
        if let $name::$variant(.., $within(problem)) = $self {
            return ::std::option::Option::Some(problem);
        }
    };
    (@problem $kind:ident $self:ident $name:ident $variant:ident) => {};
}

/// Defines what an operation comes to whose answers fit none of the common outcomes: a variant for each declared success.
///
/// Before each variant stand the statuses that it is for, and whether the answer has a `value` or is `empty`.
///
/// ```
/// use methodical_client::Meta;
///
/// methodical_client::outcome! {
///     /// What the call comes to.
///     pub enum CountOutcome {
///         /// So many.
///         200 => value Ok(u64, Meta),
///         /// Nobody has counted.
///         204 => empty NoContent(Meta),
///     }
/// }
/// ```
#[macro_export]
macro_rules! outcome {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$on_variant:meta])* $status:pat => $kind:ident $variant:ident $payload:tt,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $($(#[$on_variant])* $variant $payload,)*
        }
        $crate::outcome!(@decode $name $($status => $kind $variant,)*);
    };
    // One that holds a stream, which comes once.
    (
        $(#[$attribute:meta])*
        pub enum $name:ident: Debug {
            $($(#[$on_variant:meta])* $status:pat => $kind:ident $variant:ident $payload:tt,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug)]
        pub enum $name {
            $($(#[$on_variant])* $variant $payload,)*
        }
        $crate::outcome!(@decode $name $($status => $kind $variant,)*);
    };
    (@decode $name:ident $($status:pat => $kind:ident $variant:ident,)*) => {
        impl $crate::Outcome for $name {
            #[inline]
            fn decode(answer: $crate::Answer) -> ::std::result::Result<$name, $crate::Answer> {
                match answer.status() {
                    $($status => $crate::outcome!(@read $kind answer $name $variant),)*
                    #[allow(unreachable_patterns, reason = "all may be declared")]
                    _ => ::std::result::Result::Err(answer),
                }
            }
        }
    };
    (@read value $answer:ident $name:ident $variant:ident) => {
        $answer.read().map(|(value, meta)| $name::$variant(value, meta))
    };
    (@read empty $answer:ident $name:ident $variant:ident) => {
        ::std::result::Result::Ok($name::$variant($answer.into_meta()))
    };
}
