//! What the runtimes interpret: schemas and operations as `static` data of the types crate.

pub(crate) mod operation;
pub(crate) mod schema;
mod text;

use proc_macro2::TokenStream;
use quote::quote;

/// `Some(..)` or `None`.
fn expand_option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
