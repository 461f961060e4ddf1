//! What an item of a module has for others to name: itself, its fields, variants, methods, and the traits that it implements.

use methodical_model::surface::{Item, ItemKind, Items, Literal, Matching};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, FnArg, ImplItem, ItemEnum, ItemImpl, ItemStruct, ItemTrait, Pat, ReturnType, Signature, Token,
    TraitItem, Type, Visibility,
};

use super::macros;
use super::module::{Place, features, plain, texts};
use super::paths::shown;

/// Adds what an item has.
pub(super) fn read(item: &syn::Item, place: &Place, items: &mut Items) {
    let mut adder = Adder { place, items };
    if let syn::Item::Struct(item) = item {
        adder.structure(item);
    } else if let syn::Item::Enum(item) = item {
        adder.enumeration(item);
    } else if let syn::Item::Trait(item) = item {
        adder.interface(item);
    } else if let syn::Item::Impl(item) = item {
        adder.implementation(item);
    } else if let syn::Item::Fn(item) = item {
        if is_public(&item.vis) {
            let path = adder.path(&item.sig.ident);
            adder.function(path, ItemKind::Function, &item.attrs, &item.sig, Some(&item.block));
        }
    } else if let syn::Item::Type(item) = item {
        let (of, name) = (&item.ty, &item.ident);
        adder.value(ItemKind::Alias, &item.vis, &item.attrs, name, quote!(type #name), quote!(#of));
    } else if let syn::Item::Static(item) = item {
        let (of, name) = (&item.ty, &item.ident);
        adder.value(ItemKind::Static, &item.vis, &item.attrs, name, quote!(static #name), quote!(#of));
    } else if let syn::Item::Const(item) = item {
        let (of, name) = (&item.ty, &item.ident);
        adder.value(ItemKind::Constant, &item.vis, &item.attrs, name, quote!(const #name), quote!(#of));
    } else if let syn::Item::Macro(item) = item {
        macros::read(item, &mut adder);
    }
}

/// Adds items of one module.
pub(super) struct Adder<'a> {
    pub(super) place: &'a Place,
    items: &'a mut Items,
}

impl Adder<'_> {
    /// The path of something in the module.
    pub(super) fn path(&self, name: &impl ToString) -> String {
        format!("{}::{}", self.place.prefix, name.to_string())
    }

    pub(super) fn add(&mut self, path: String, attributes: &[Attribute], item: Item) {
        let own = features(attributes).or(item.features).or_else(|| self.place.features.clone());
        let deprecated = attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"));
        self.items.insert(path, Item { features: own, deprecated, ..item });
    }

    /// Something that has a type.
    fn value(
        &mut self,
        kind: ItemKind,
        visibility: &Visibility,
        attributes: &[Attribute],
        name: &syn::Ident,
        begun: TokenStream,
        of: TokenStream,
    ) {
        if is_public(visibility) {
            let joint = if kind == ItemKind::Alias { " = " } else { ": " };
            let text = format!("{}{joint}{}", shown(&begun), shown(&of));
            let item = Item { shown: text, ..plain(kind, self.place.paths.full(&of), None) };
            self.add(self.path(name), attributes, item);
        }
    }

    fn structure(&mut self, item: &ItemStruct) {
        if !is_public(&item.vis) {
            return;
        }
        let path = self.path(&item.ident);
        let is_open = item.fields.iter().all(|field| is_public(&field.vis)) && !is_non_exhaustive(&item.attrs);
        let literal = if is_open { Literal::Open } else { Literal::Closed };
        self.add(path.clone(), &item.attrs, plain(ItemKind::Struct(literal), format!("struct {}", item.ident), None));
        let there = features(&item.attrs);
        for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
            if let Some(name) = &field.ident {
                self.field(&path, name, &field.attrs, &field.ty, &there, "");
            }
        }
        self.derived(&path, &item.attrs);
    }

    /// A public field, which is there when its struct is.
    pub(super) fn field(
        &mut self,
        owner: &str,
        name: &syn::Ident,
        attributes: &[Attribute],
        of: &Type,
        there: &super::module::Features,
        meaning: &str,
    ) {
        let item = Item {
            shown: format!("{name}: {}", shown(of)),
            meaning: meaning.to_owned(),
            ..plain(ItemKind::Field, self.place.paths.full(of), there.clone())
        };
        self.add(format!("{owner}::{name}"), attributes, item);
    }

    fn enumeration(&mut self, item: &ItemEnum) {
        if !is_public(&item.vis) {
            return;
        }
        let path = self.path(&item.ident);
        self.add(path.clone(), &item.attrs, enumeration(&item.ident, &item.attrs));
        let there = features(&item.attrs);
        for variant in &item.variants {
            let payload = match &variant.fields {
                Fields::Unit => TokenStream::new(),
                Fields::Named(fields) => fields.to_token_stream(),
                Fields::Unnamed(fields) => fields.to_token_stream(),
            };
            self.variant(&path, &variant.ident, &payload, "", &there);
        }
        self.derived(&path, &item.attrs);
    }

    /// A variant, which is there when its enum is.
    pub(super) fn variant(
        &mut self,
        owner: &str,
        name: &syn::Ident,
        payload: &TokenStream,
        meaning: &str,
        there: &super::module::Features,
    ) {
        let item = Item {
            shown: format!("{name}{}", shown(payload)),
            meaning: meaning.to_owned(),
            ..plain(ItemKind::Variant, self.place.paths.full(payload), there.clone())
        };
        self.add(format!("{owner}::{name}"), &[], item);
    }

    /// The traits that are derived.
    pub(super) fn derived(&mut self, owner: &str, attributes: &[Attribute]) {
        let there = features(attributes);
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
            let parsed = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
            for derived in parsed.into_iter().flatten() {
                self.implements(owner, &shown(&derived), there.clone());
            }
        }
    }

    /// A trait that is implemented for a type of the module.
    pub(super) fn implements(&mut self, owner: &str, name: &str, there: super::module::Features) {
        let short = name.rsplit("::").next().unwrap_or(name);
        self.add(format!("{owner}: {short}"), &[], plain(ItemKind::Impl, format!("impl {short}"), there));
    }

    /// A type that belongs to an impl.
    pub(super) fn associated(&mut self, owner: &str, of: &str, name: &str, to: &impl ToTokens) {
        let item = Item {
            shown: format!("type {name} = {}", shown(to)),
            ..plain(ItemKind::AssociatedType, self.place.paths.full(to), None)
        };
        self.add(format!("{owner}: {of}::{name}"), &[], item);
    }

    fn interface(&mut self, item: &ItemTrait) {
        if !is_public(&item.vis) {
            return;
        }
        let (path, above) = (self.path(&item.ident), &item.supertraits);
        let colon = if above.is_empty() { "" } else { ": " };
        let text = format!("trait {}{colon}{}", item.ident, shown(above));
        let interface = Item { shown: text, ..plain(ItemKind::Trait, self.place.paths.full(above), None) };
        self.add(path.clone(), &item.attrs, interface);
        for member in &item.items {
            if let TraitItem::Fn(function) = member {
                let kind = if function.default.is_some() { ItemKind::Provided } else { ItemKind::Required };
                let path = format!("{path}::{}", function.sig.ident);
                let attributes = inherit(&function.attrs, &item.attrs);
                self.function(path, kind, &attributes, &function.sig, None);
            }
        }
    }

    fn implementation(&mut self, item: &ItemImpl) {
        let Some((of, _)) = &item.trait_ else { return self.inherent(item) };
        let own = self.place.paths.full(&item.self_ty);
        let short: TokenStream = of.segments.last().map(ToTokens::to_token_stream).unwrap_or_default();
        let name = shown(&short);
        let path = format!("{own}: {name}");
        let text = format!("impl {name} for {}", shown(&item.self_ty));
        let signature = format!("{} for {own}", self.place.paths.full(of));
        self.add(path.clone(), &item.attrs, Item { shown: text, ..plain(ItemKind::Impl, signature, None) });
        for member in &item.items {
            if let ImplItem::Type(associated) = member {
                self.associated(&own, &name, &associated.ident.to_string(), &associated.ty);
            }
        }
    }

    fn inherent(&mut self, item: &ItemImpl) {
        let own = self.place.paths.full(&item.self_ty);
        for member in &item.items {
            if let ImplItem::Fn(function) = member
                && is_public(&function.vis)
            {
                let path = format!("{own}::{}", function.sig.ident);
                let attributes = inherit(&function.attrs, &item.attrs);
                self.function(path, ItemKind::Function, &attributes, &function.sig, Some(&function.block));
            }
        }
    }

    fn function(
        &mut self,
        path: String,
        kind: ItemKind,
        attributes: &[Attribute],
        signature: &Signature,
        body: Option<&syn::Block>,
    ) {
        let arguments: Vec<String> = signature
            .inputs
            .iter()
            .map(|argument| match argument {
                FnArg::Receiver(receiver) => shown(receiver),
                FnArg::Typed(typed) => self.place.paths.full(&typed.ty),
            })
            .collect();
        let returns = match &signature.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, of) => self.place.paths.full(of),
        };
        let bounds = self.place.paths.full(&signature.generics.where_clause);
        let generics = self.place.paths.full(&signature.generics.params);
        let compared = format!("fn<{generics}>({}) -> {returns} {bounds}", arguments.join(", ")).trim_end().to_owned();
        let item = Item { shown: shown(signature), meaning: meaning(signature, body), ..plain(kind, compared, None) };
        self.add(path, attributes, item);
    }
}

/// An enum without its variants.
pub(super) fn enumeration(name: &syn::Ident, attributes: &[Attribute]) -> Item {
    let matching = if is_non_exhaustive(attributes) { Matching::Open } else { Matching::Exhaustive };
    plain(ItemKind::Enum(matching), format!("enum {name}"), None)
}

/// What a function does with its arguments, as far as it is said in texts: names on the wire, URLs. A constructor has none, and
/// there the names of its arguments say which is which.
fn meaning(signature: &Signature, body: Option<&syn::Block>) -> String {
    let Some(body) = body else { return String::new() };
    let said = texts(body.to_token_stream());
    if !said.is_empty() {
        return said.join(", ");
    }
    let named = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(typed) => {
            let Pat::Ident(name) = &*typed.pat else { return None };
            Some(name.ident.to_string())
        }
    });
    if signature.ident == "new" { named.collect::<Vec<_>>().join(", ") } else { String::new() }
}

/// The attributes of a member, which is there only when what it belongs to is.
fn inherit(own: &[Attribute], outer: &[Attribute]) -> Vec<Attribute> {
    let outer: &[Attribute] = if features(own).is_some() { &[] } else { outer };
    own.iter().chain(outer).cloned().collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}
