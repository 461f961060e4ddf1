//! The Rust type that stands for a schema.

use std::collections::BTreeSet;

use methodical_model::{
    Api, Content, IntegerFormat, Kind, MediaType, OperationId, Schema, SecurityScheme, Shape, StringFormat, TagId,
    TypeId,
};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Package;
use crate::features::Features;
use crate::names::Names;
use crate::promises::Common;
use crate::scope::Scope;
use crate::types::enumeration::Values;

/// What is worked out of an API once, for all of its crates.
pub(crate) struct Known<'a> {
    pub(crate) api: &'a Api,
    pub(crate) names: Names,
    pub(crate) features: Features,
    /// The rules that many operations keep.
    pub(crate) common: Common,
    /// Which types and operations are written.
    pub(crate) selection: Selection,
}

/// Which types and operations are written: a review of two versions needs those only that differ.
pub(crate) enum Selection {
    All,
    Of { types: BTreeSet<TypeId>, operations: BTreeSet<OperationId> },
}

impl Selection {
    pub(crate) fn has_type(&self, id: TypeId) -> bool {
        match self {
            Selection::All => true,
            Selection::Of { types, .. } => types.contains(&id),
        }
    }

    pub(crate) fn has_operation(&self, id: OperationId) -> bool {
        match self {
            Selection::All => true,
            Selection::Of { operations, .. } => operations.contains(&id),
        }
    }
}

impl<'a> Known<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let names = Names::of(api);
        let features = Features::of(api, &names);
        Self { api, names, features, common: Common::of(api), selection: Selection::All }
    }
}

/// What every emitter reads.
pub(crate) struct Context<'a> {
    pub(crate) known: &'a Known<'a>,
    pub(crate) api: &'a Api,
    pub(crate) package: &'a Package,
    pub(crate) names: &'a Names,
    pub(crate) features: &'a Features,
    /// The rules that many operations keep.
    pub(crate) common: &'a Common,
    /// Where generated types stand, as a path: `crate`, or `stacklets_types`.
    pub(crate) types: String,
    /// The module of [`Context::types`] in which the operations stand as data.
    pub(crate) operations: &'static str,
    /// What the runtime is called from here: `methodical_wire`, `methodical_client::wire`, ...
    pub(crate) wire: &'static str,
}

impl<'a> Context<'a> {
    /// What every emitter of one crate reads. `types` and `wire` are the fields of these names.
    pub(crate) fn new(known: &'a Known<'a>, package: &'a Package, types: String, wire: &'static str) -> Self {
        let Known { api, names, features, common, selection: _ } = known;
        let operations = if is_received(api) { "webhooks" } else { "operations" };
        Self { known, api, package, names, features, common, types, operations, wire }
    }

    /// The security schemes that an operation names.
    pub(crate) fn schemes(&self) -> Vec<&'a SecurityScheme> {
        let alternatives = self.api.operations.iter().flat_map(|operation| operation.security.iter().flatten());
        let used: BTreeSet<usize> = alternatives.map(|requirement| requirement.scheme).collect();
        used.into_iter().filter_map(|index| self.api.security_schemes.get(index)).collect()
    }

    /// The tags that have operations at home in them, each with these.
    pub(crate) fn operations_by_tag(&self) -> Vec<(TagId, Vec<OperationId>)> {
        let mut by_tag: Vec<_> = self.api.tags_with_ids().map(|(tag, _)| (tag, Vec::new())).collect();
        for (id, operation) in self.api.operations_with_ids() {
            if let Some((_, operations)) = by_tag.get_mut(operation.tag.index()) {
                operations.push(id);
            }
        }
        by_tag.retain(|(_, operations)| !operations.is_empty());
        by_tag
    }

    /// The type of values of `schema`.
    pub(crate) fn expand_type(&self, scope: &Scope, schema: &Schema) -> TokenStream {
        let kind = self.expand_kind(scope, &schema.kind);
        if schema.nullable { quote!(Option<#kind>) } else { kind }
    }

    fn expand_kind(&self, scope: &Scope, kind: &Kind) -> TokenStream {
        match kind {
            Kind::Any | Kind::Nothing => scope.take("serde_json", "Value"),
            Kind::Boolean => quote!(bool),
            Kind::Integer { format, .. } => expand_integer(*format),
            // A float too: what is written in more digits than it has would come back as another number.
            Kind::Number { .. } => quote!(f64),
            Kind::String { format, .. } => self.expand_string(scope, format),
            Kind::Constant(value) => self.expand_constant(scope, value),
            Kind::Array { items, .. } => {
                let items = self.expand_type(scope, items);
                quote!(Vec<#items>)
            }
            Kind::Tuple { items, required, rest, .. } => self.expand_tuple(scope, items, *required, rest.as_deref()),
            Kind::Map { values, .. } => {
                let map = scope.take("std::collections", "BTreeMap");
                let values = self.expand_type(scope, values);
                quote!(#map<String, #values>)
            }
            Kind::Named(id) => self.expand_named(scope, *id),
        }
    }

    /// A tuple where the length is fixed; else the runtime's, which knows what has to be there.
    fn expand_tuple(&self, scope: &Scope, items: &[Schema], required: usize, rest: Option<&Schema>) -> TokenStream {
        let types: Vec<TokenStream> = items.iter().map(|item| self.expand_type(scope, item)).collect();
        let (there, maybe) = types.split_at(required.min(types.len()));
        if maybe.is_empty() && rest.is_none() {
            return expand_positions(there);
        }
        let tuple = scope.take(self.wire, "Tuple");
        let rest = match rest {
            Some(rest) => self.expand_type(scope, rest),
            None => scope.take(self.wire, "Nothing"),
        };
        let maybe: Vec<TokenStream> = maybe.iter().map(|item| quote!(Option<#item>)).collect();
        let (there, maybe) = (expand_positions(there), expand_positions(&maybe));
        quote!(#tuple<#there, #maybe, #rest>)
    }

    /// A named type.
    pub(crate) fn expand_named(&self, scope: &Scope, id: TypeId) -> TokenStream {
        let name = &self.api.type_def(id).name.pascal;
        if scope.defines(name, &self.types) {
            let name = crate::names::ident(name);
            return quote!(#name);
        }
        scope.take(&self.types, name)
    }

    fn expand_string(&self, scope: &Scope, format: &StringFormat) -> TokenStream {
        match format {
            StringFormat::DateTime => scope.take(self.wire, "Timestamp"),
            StringFormat::Date => scope.take(self.wire, "Date"),
            StringFormat::Uuid => scope.take(self.wire, "Uuid"),
            StringFormat::Base64 => scope.take(self.wire, "Base64"),
            StringFormat::Password => scope.take(self.wire, "Secret"),
            StringFormat::Plain
            | StringFormat::Binary
            | StringFormat::Email
            | StringFormat::Uri
            | StringFormat::Ipv4
            | StringFormat::Ipv6
            | StringFormat::Hostname
            | StringFormat::Other(_) => quote!(String),
        }
    }

    /// A constant keeps the type of its value; the schema holds it to the value itself.
    fn expand_constant(&self, scope: &Scope, value: &methodical_document::Value) -> TokenStream {
        use methodical_document::{Number, Value};
        match value {
            Value::Bool(_) => quote!(bool),
            Value::Number(Number::Integer(integer)) if i64::try_from(integer.get()).is_ok() => quote!(i64),
            Value::Number(Number::Float(_)) => quote!(f64),
            Value::String(_) => quote!(String),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => scope.take("serde_json", "Value"),
        }
    }

    /// The schema behind aliases.
    pub(crate) fn behind<'s>(&'s self, schema: &'s Schema) -> &'s Schema {
        let mut schema = schema;
        let mut seen = BTreeSet::new();
        while let Some(id) = schema.type_id() {
            let Shape::Alias(target) = &self.api.type_def(id).shape else { return schema };
            if !seen.insert(id) {
                return schema;
            }
            schema = target;
        }
        schema
    }

    /// Whether `null` is among the values, here or behind an alias.
    pub(crate) fn is_nullable(&self, schema: &Schema) -> bool {
        let mut schema = schema;
        let mut seen = BTreeSet::new();
        loop {
            let Some(id) = schema.type_id().filter(|id| !schema.nullable && seen.insert(*id)) else {
                return schema.nullable;
            };
            match &self.api.type_def(id).shape {
                Shape::Alias(target) => schema = target,
                Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_) => return false,
            }
        }
    }

    /// Whether the type, without an `Option` around it, has null among its values.
    pub(crate) fn has_null(&self, schema: &Schema) -> bool {
        use methodical_document::Value;
        match &self.behind(schema).kind {
            Kind::Any | Kind::Nothing | Kind::Constant(Value::Null | Value::Array(_) | Value::Object(_)) => true,
            Kind::Named(id) => match &self.api.type_def(*id).shape {
                Shape::Union(union) => union.variants.iter().any(|(_, schema)| matches!(schema.kind, Kind::Any)),
                Shape::Object(_) | Shape::Enumeration(_) | Shape::Alias(_) => false,
            },
            Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Array { .. }
            | Kind::Tuple { .. }
            | Kind::Map { .. } => false,
        }
    }

    /// Whether values are copied, and not moved.
    pub(crate) fn is_copy(&self, schema: &Schema) -> bool {
        use methodical_document::{Number, Value};
        match &self.behind(schema).kind {
            Kind::Boolean | Kind::Integer { .. } | Kind::Number { .. } => true,
            Kind::String { format, .. } => {
                matches!(format, StringFormat::DateTime | StringFormat::Date | StringFormat::Uuid)
            }
            Kind::Constant(value) => {
                matches!(value, Value::Bool(_) | Value::Number(Number::Integer(_) | Number::Float(_)))
            }
            Kind::Named(id) => match &self.api.type_def(*id).shape {
                Shape::Enumeration(variants) => Values::of(variants).are_copied(),
                Shape::Object(_) | Shape::Union(_) | Shape::Alias(_) => false,
            },
            Kind::Any | Kind::Nothing | Kind::Array { .. } | Kind::Tuple { .. } | Kind::Map { .. } => false,
        }
    }

    /// How a method takes values of `schema`: small ones as they are, the rest by reference.
    pub(crate) fn expand_argument(&self, scope: &Scope, schema: &Schema) -> TokenStream {
        let owned = self.expand_type(scope, schema);
        if schema.nullable || schema.type_id().is_some() {
            return quote!(&#owned);
        }
        match &schema.kind {
            Kind::Array { items, .. } => {
                let items = self.expand_type(scope, items);
                quote!(&[#items])
            }
            Kind::Boolean | Kind::Integer { .. } | Kind::Number { .. } => owned,
            Kind::String { format, .. } => match format {
                StringFormat::DateTime | StringFormat::Date | StringFormat::Uuid => owned,
                StringFormat::Base64 | StringFormat::Password => quote!(&#owned),
                StringFormat::Plain
                | StringFormat::Binary
                | StringFormat::Email
                | StringFormat::Uri
                | StringFormat::Ipv4
                | StringFormat::Ipv6
                | StringFormat::Hostname
                | StringFormat::Other(_) => quote!(&str),
            },
            Kind::Constant(methodical_document::Value::String(_)) => quote!(&str),
            Kind::Any | Kind::Nothing | Kind::Constant(_) | Kind::Tuple { .. } | Kind::Map { .. } | Kind::Named(_) => {
                quote!(&#owned)
            }
        }
    }

    /// The type of a message's content.
    pub(crate) fn expand_content(&self, scope: &Scope, content: Option<&Content>) -> TokenStream {
        let Some(content) = content else { return quote!(()) };
        match content.kind {
            MediaType::Json | MediaType::Form => self.expand_type(scope, &content.schema),
            MediaType::Problem => scope.take(self.wire, "Problem"),
            MediaType::Text => quote!(String),
            // What the description says of the parts of a multipart body is for the caller to follow.
            MediaType::Binary | MediaType::Multipart => scope.take(self.wire, "Blob"),
            MediaType::Events => {
                let (events, data) = (scope.take(self.wire, "Events"), self.expand_type(scope, &content.schema));
                quote!(#events<#data>)
            }
            MediaType::TextEvents => {
                let events = scope.take(self.wire, "Events");
                quote!(#events<String>)
            }
            MediaType::Lines | MediaType::Sequence => {
                let (items, item) = (scope.take(self.wire, "JsonItems"), self.expand_type(scope, &content.schema));
                quote!(#items<#item>)
            }
        }
    }
}

/// Whether its operations are webhooks and callbacks: [`Api::receivers`] made it.
pub(crate) fn is_received(api: &Api) -> bool {
    api.operations.iter().any(|operation| operation.receiver.is_some())
}

/// A tuple; one of one position has a comma to be known by.
fn expand_positions(types: &[TokenStream]) -> TokenStream {
    match types {
        [only] => quote!((#only,)),
        types => quote!((#(#types),*)),
    }
}

fn expand_integer(format: IntegerFormat) -> TokenStream {
    match format {
        IntegerFormat::I32 => quote!(i32),
        IntegerFormat::I64 => quote!(i64),
        IntegerFormat::U32 => quote!(u32),
        IntegerFormat::U64 => quote!(u64),
    }
}

/// Where variants hold different things, one may be much larger than the others; how large is not known here.
pub(crate) fn expand_large<'p>(payloads: impl Iterator<Item = &'p TokenStream>, reason: &str) -> Option<TokenStream> {
    let distinct: BTreeSet<String> = payloads.map(ToString::to_string).collect();
    (distinct.len() > 1).then(|| quote!(#[allow(clippy::large_enum_variant, reason = #reason)]))
}
