//! Unions. typify takes the first alternative that fits, and does not look at a discriminator; so where one tells
//! the alternatives apart, each gets a schema of its own, in which the member that carries the tag is a constant.

use methodical_model::{Kind, Object, Schema as Model, Shape, TypeId, Union};
use openapiv3::{ReferenceOr, Schema};

use super::Lowering;
use super::schema::{Tag, one_of, reference_to};
use crate::loss::Subject;

impl<'a> Lowering<'a> {
    pub(crate) fn union(&mut self, union: &'a Union, id: TypeId) -> Schema {
        if let Some(tagged) = self.tagged(union, id) {
            return one_of(tagged);
        }
        let origin = self.api.type_def(id).origin.clone();
        let text = if union.discriminator.is_some() {
            "the discriminator is not looked at: the first alternative that fits is taken"
        } else {
            "the first alternative that fits is taken"
        };
        self.lose(Subject::Type(id), &origin, text);
        let alternatives = union.variants.iter().map(|(name, schema)| {
            let mut lowered = self.schema(schema, Subject::Type(id));
            if let ReferenceOr::Item(schema) = &mut lowered {
                schema.schema_data.title = Some(super::plain(&name.pascal).to_owned());
            }
            lowered
        });
        one_of(alternatives.collect())
    }

    /// The alternatives, each with its tag; `None` where something other than the tag has to tell them apart.
    fn tagged(&mut self, union: &'a Union, id: TypeId) -> Option<Vec<ReferenceOr<Schema>>> {
        let discriminator = union.discriminator.as_ref()?;
        let is_mapped = |index: usize| discriminator.mapping.iter().any(|(_, at)| *at == index);
        let is_default = |index: usize| discriminator.default == Some(index);
        let all_mapped = (0..union.variants.len()).all(|index| is_mapped(index) || is_default(index));
        if discriminator.mapping.is_empty() || !all_mapped {
            return None;
        }
        let object = |at: usize| self.object_of(&union.variants.get(at)?.1);
        let variants: Option<Vec<_>> =
            discriminator.mapping.iter().map(|(tag, at)| Some((tag, object(*at)?))).collect();
        let subject = Subject::Type(id);
        let (union_name, origin) = (self.types[id.index()].clone(), self.api.type_def(id).origin.clone());
        let tagged = variants?.into_iter().map(|(tag, object)| {
            let tag_member = Tag { member: &discriminator.property, value: tag, origin: &origin };
            let schema = self.object(object, Some(tag_member), subject);
            let name = self.type_names.name(&format!("{union_name}_{tag}"));
            self.schemas.insert(name.clone(), (schema, subject, origin.clone()));
            reference_to(&name)
        });
        let mut alternatives: Vec<_> = tagged.collect();
        // What has every other tag comes last, since the first that fits is taken.
        if let Some((_, other)) = discriminator.default.and_then(|default| union.variants.get(default)) {
            alternatives.push(self.schema(other, subject));
        }
        Some(alternatives)
    }

    fn object_of(&self, schema: &'a Model) -> Option<&'a Object> {
        if schema.nullable || !matches!(schema.kind, Kind::Named(_)) {
            return None;
        }
        match &self.api.resolved(schema)?.shape {
            Shape::Object(object) => Some(object),
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }
}
