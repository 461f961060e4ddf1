//! What progenitor wrote, made to read like other generated code: documentation that `rustdoc` takes, without the JSON of
//! every schema in it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

/// The tokens of a module.
///
/// # Errors
///
/// It is not Rust.
pub(crate) fn tidy(code: &str) -> Result<TokenStream, String> {
    let mut file: syn::File = syn::parse_str(code).map_err(|error| format!("what it wrote is not Rust: {error}"))?;
    Tidy.visit_file_mut(&mut file);
    Ok(file.into_token_stream())
}

struct Tidy;

impl VisitMut for Tidy {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let docs: Vec<String> = attributes.iter().filter_map(doc).collect();
        if docs.is_empty() {
            return;
        }
        let text = without_details(&docs.join("\n"));
        attributes.retain(|attribute| doc(attribute).is_none());
        let lines = text.trim_end().lines().map(str::trim_end);
        let mut written: Vec<Attribute> = lines
            .map(|line| {
                let line = if line.is_empty() { String::new() } else { format!(" {line}") };
                parse_quote!(#[doc = #line])
            })
            .collect();
        written.append(attributes);
        *attributes = written;
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    // A comment's text begins with the space behind `///`.
    let text = text.value();
    pair.path.is_ident("doc").then(|| text.strip_prefix(' ').map_or_else(|| text.clone(), str::to_owned))
}

/// typify puts the JSON of each schema into a `<details>` block.
fn without_details(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<details>") {
        kept.push_str(before);
        rest = after.split_once("</details>").map_or("", |(_, after)| after);
    }
    kept + rest
}
