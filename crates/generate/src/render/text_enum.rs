//! `text_enum!`, a variant a line: what stands between the braces of a macro `prettyplease` leaves as it finds it.

use std::fmt::Write;

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Item, LitStr, Token, braced};

use super::with_attributes;

/// The text of the item, if it is one.
pub(super) fn render(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    let name = item.mac.path.segments.last()?;
    if name.ident != "text_enum" {
        return None;
    }
    let TextEnum { attributes, name, variants, unknown } = syn::parse2(item.mac.tokens.clone()).ok()?;
    let mut text = format!("{}text_enum! {{\n", with_attributes(&item.attrs, ""));
    text.push_str(&with_attributes(&attributes, "    "));
    // Cannot fail: a `String` takes everything.
    let _ = writeln!(text, "    pub enum {name} {{");
    for (variant, value) in variants {
        let _ = writeln!(text, "        {variant} = {},", value.token());
    }
    let _ = writeln!(text, "        ..{unknown}\n    }}\n}}");
    Some(text)
}

/// What the macro takes.
struct TextEnum {
    attributes: Vec<Attribute>,
    name: Ident,
    variants: Vec<(Ident, LitStr)>,
    unknown: Ident,
}

impl Parse for TextEnum {
    fn parse(input: ParseStream<'_>) -> syn::Result<TextEnum> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let members;
        braced!(members in input);
        let mut variants = Vec::new();
        while !members.peek(Token![..]) {
            let variant = members.parse()?;
            members.parse::<Token![=]>()?;
            variants.push((variant, members.parse()?));
            members.parse::<Token![,]>()?;
        }
        members.parse::<Token![..]>()?;
        let unknown = members.parse()?;
        Ok(TextEnum { attributes, name, variants, unknown })
    }
}
