//! JSON values of a description as literals.

use methodical_document::{Number, Value};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A value as a `Literal` of the wire crate; `None` for lists and objects, which have no literal.
pub(super) fn expand_literal(value: &Value, literal: &TokenStream) -> Option<TokenStream> {
    match value {
        Value::Null => Some(quote!(#literal::Null)),
        Value::Bool(boolean) => Some(quote!(#literal::Boolean(#boolean))),
        Value::Number(Number::Integer(integer)) => {
            let integer = expand_i128(*integer);
            Some(quote!(#literal::Integer(#integer)))
        }
        Value::Number(number) => number.as_f64().map(|float| {
            let float = expand_f64(float);
            quote!(#literal::Number(#float))
        }),
        Value::String(text) => Some(quote!(#literal::Text(#text))),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// An integer without a suffix, in the form that needs no parentheses and is not too long to read.
pub(super) fn expand_i128(integer: i128) -> TokenStream {
    let magnitude = Literal::u128_unsuffixed(integer.unsigned_abs());
    if integer == i128::MIN {
        quote!(i128::MIN)
    } else if integer < 0 {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    }
}

/// A finite number; a bound beyond the doubles is the nearest of them.
pub(super) fn expand_f64(float: f64) -> TokenStream {
    let finite = if float.is_nan() { 0.0 } else { float.clamp(f64::MIN, f64::MAX) };
    let magnitude = Literal::f64_unsuffixed(finite.abs());
    if finite.is_sign_negative() { quote!(-#magnitude) } else { quote!(#magnitude) }
}
