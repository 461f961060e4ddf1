//! Where in the model a schema stands, which tells where it was written. The model is followed beside the normal forms as far as it
//! goes along; where it has nothing of its own, the nearest origin stands.

use methodical_diagnostic::Origin;
use methodical_model::{Additional, Api, Kind, Property, Schema, Shape, TypeId};

/// A place in the model of one version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    at: At<'a>,
    origin: &'a Origin,
}

#[derive(Debug, Clone, Copy)]
enum At<'a> {
    Type(TypeId),
    Schema(&'a Schema),
    /// The model has nothing for it.
    Below,
}

/// What tells places apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Type(TypeId),
    Address(usize),
    Below(usize),
}

impl<'a> Place<'a> {
    pub(super) fn of(api: &'a Api, schema: &'a Schema) -> Place<'a> {
        match schema.type_id() {
            Some(id) => Place::of_type(api, id),
            None => Place { at: At::Schema(schema), origin: &schema.origin },
        }
    }

    pub(super) fn of_type(api: &'a Api, id: TypeId) -> Place<'a> {
        Place { at: At::Type(id), origin: &api.type_def(id).origin }
    }

    pub(super) fn key(&self) -> Key {
        match self.at {
            At::Type(id) => Key::Type(id),
            At::Schema(schema) => Key::Address(std::ptr::from_ref(schema) as usize),
            At::Below => Key::Below(std::ptr::from_ref(self.origin) as usize),
        }
    }

    pub(super) fn origin(&self) -> &'a Origin {
        self.origin
    }

    pub(super) fn type_id(&self) -> Option<TypeId> {
        match self.at {
            At::Type(id) => Some(id),
            At::Schema(_) | At::Below => None,
        }
    }

    /// Whether the model has nothing for it.
    pub(super) fn is_below(&self) -> bool {
        matches!(self.at, At::Below)
    }

    fn below(self) -> Place<'a> {
        Place { at: At::Below, origin: self.origin }
    }

    /// The schema it is, aliases followed.
    fn schema(self, api: &'a Api) -> Option<&'a Schema> {
        match self.at {
            At::Schema(schema) => Some(schema),
            At::Type(id) => match &api.type_def(id).shape {
                Shape::Alias(schema) => Some(api.unaliased(schema)),
                Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_) => None,
            },
            At::Below => None,
        }
    }

    fn resolved_type(self, api: &'a Api) -> Option<TypeId> {
        match self.at {
            At::Type(id) => match &api.type_def(id).shape {
                Shape::Alias(schema) => api.unaliased(schema).type_id(),
                Shape::Object(_) | Shape::Enumeration(_) | Shape::Union(_) => Some(id),
            },
            At::Schema(_) | At::Below => None,
        }
    }

    /// The shape that values have here, if it has a name.
    pub(super) fn shape(self, api: &'a Api) -> Option<&'a Shape> {
        self.resolved_type(api).map(|id| &api.type_def(id).shape)
    }

    /// The property of this name.
    pub(super) fn property(self, api: &'a Api, name: &str) -> Option<&'a Property> {
        match self.shape(api)? {
            Shape::Object(object) => {
                let found = object.properties.binary_search_by(|property| property.name.wire.as_str().cmp(name));
                found.ok().map(|position| &object.properties[position])
            }
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }

    pub(super) fn member(self, api: &'a Api, name: &str) -> Place<'a> {
        match self.property(api, name) {
            Some(property) => Place::of(api, &property.schema),
            None => self.below(),
        }
    }

    /// Where a property was written, or what would have it.
    pub(super) fn member_origin(self, api: &'a Api, name: &str) -> &'a Origin {
        self.property(api, name).map_or(self.origin, Property::origin)
    }

    pub(super) fn item(self, api: &'a Api, index: usize) -> Place<'a> {
        let item = self.schema(api).and_then(|schema| match &schema.kind {
            Kind::Array { items, .. } => Some(&**items),
            Kind::Tuple { items, rest, .. } => items.get(index).or(rest.as_deref()),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Map { .. }
            | Kind::Named(_) => None,
        });
        item.map_or(self.below(), |item| Place::of(api, item))
    }

    /// Of members without a name of their own.
    pub(super) fn others(self, api: &'a Api) -> Place<'a> {
        let of_schema = self.schema(api).and_then(|schema| match &schema.kind {
            Kind::Map { values, .. } => Some(&**values),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Array { .. }
            | Kind::Tuple { .. }
            | Kind::Named(_) => None,
        });
        let of_object = || match self.shape(api)? {
            Shape::Object(object) => match &object.additional {
                Additional::Typed(schema) => Some(&**schema),
                Additional::Unspecified | Additional::Denied => None,
            },
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        };
        of_schema.or_else(of_object).map_or(self.below(), |schema| Place::of(api, schema))
    }
}
