//! `record!`, a member a line: what stands between the braces of a macro `prettyplease` leaves as it finds it.

use std::fmt::Write;

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Item, LitStr, Token, braced};

use super::{type_text, with_attributes};

/// The text of the item, if it is one.
pub(super) fn render(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let name = item.mac.path.segments.last()?;
    if name.ident != "record" {
        return None;
    }
    let Record { attributes, name, constants, members } = syn::parse2(item.mac.tokens.clone()).ok()?;
    let mut text = format!("{}record! {{\n", with_attributes(&item.attrs, ""));
    text.push_str(&with_attributes(&attributes, "    "));
    if constants.is_empty() && members.is_empty() {
        // Cannot fail, here and below: a `String` takes everything.
        let _ = writeln!(text, "    pub struct {name} {{}}\n}}");
        return Some(text);
    }
    let _ = writeln!(text, "    pub struct {name} {{");
    for (wire, value) in constants {
        let _ = writeln!(text, "        {} = {},", wire.token(), value.token());
    }
    for Member { attributes, kind, name, of, wire } in members {
        text.push_str(&with_attributes(&attributes, "        "));
        let renamed = wire.map(|wire| format!(" = {}", wire.token())).unwrap_or_default();
        let _ = writeln!(text, "        {kind} {name}: {}{renamed},", type_text(&of));
    }
    text.push_str("    }\n}\n");
    Some(text)
}

/// What the macro takes.
struct Record {
    attributes: Vec<Attribute>,
    name: Ident,
    constants: Vec<(LitStr, LitStr)>,
    members: Vec<Member>,
}

struct Member {
    attributes: Vec<Attribute>,
    kind: Ident,
    name: Ident,
    of: TokenStream,
    wire: Option<LitStr>,
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> syn::Result<Record> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        let inside;
        braced!(inside in input);
        let mut constants = Vec::new();
        while inside.peek(LitStr) {
            let wire = inside.parse()?;
            inside.parse::<Token![=]>()?;
            constants.push((wire, inside.parse()?));
            inside.parse::<Token![,]>()?;
        }
        let mut members = Vec::new();
        while !inside.is_empty() {
            members.push(inside.parse()?);
        }
        Ok(Record { attributes, name, constants, members })
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Member> {
        let attributes = input.call(Attribute::parse_outer)?;
        let (kind, name) = (input.parse()?, input.parse()?);
        input.parse::<Token![:]>()?;
        let of: syn::Type = input.parse()?;
        let wire = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        input.parse::<Token![,]>()?;
        Ok(Member { attributes, kind, name, of: quote::quote!(#of), wire })
    }
}
