//! Query parameters: scalars and exploded lists as they are, the members of an object one by one, the rest as text.

use methodical_model::{
    Additional, Kind, Object, OperationId, Parameter as Model, ParameterLocation, ParameterStyle,
    Schema as ModelSchema, Shape,
};
use openapiv3::{ArrayType, ReferenceOr, Schema, Type};

use super::Lowering;
use super::parameter::{Arguments, data};
use super::schema::{boxed, docs, string, typed};
use crate::loss::Subject;

impl<'a> Lowering<'a> {
    /// # Errors
    ///
    /// It is required and has no name of its own.
    pub(crate) fn query_argument(
        &mut self,
        id: OperationId,
        parameter: &'a Model,
        arguments: &mut Arguments,
    ) -> Result<(), String> {
        let schema = self.api.unaliased(&parameter.schema);
        let exploded = parameter.style == ParameterStyle::Form && parameter.explode;
        let deep = parameter.style == ParameterStyle::DeepObject;
        if let (Some(object), true) = (self.object_behind(schema), exploded || deep) {
            return self.members(id, parameter, object, arguments);
        }
        let lowered = self.query_schema(schema, exploded, Subject::Operation(id));
        let lowered = lowered.unwrap_or_else(|| {
            let text = format!("`{}` is text that the caller writes", parameter.name.wire);
            self.lose(Subject::Operation(id), &parameter.origin, text);
            ReferenceOr::Item(string(None))
        });
        if parameter.allow_reserved {
            let text = format!("reserved characters in `{}` are percent-encoded", parameter.name.wire);
            self.lose(Subject::Operation(id), &parameter.origin, text);
        }
        let added = data(&parameter.name.wire, parameter.required, lowered, docs(&parameter.docs));
        if arguments.add(ParameterLocation::Query, added) { Ok(()) } else { self.not_added(id, parameter) }
    }

    /// The schema of something that is written as one pair, or as several of the same name.
    fn query_schema(&mut self, schema: &ModelSchema, exploded: bool, subject: Subject) -> Option<ReferenceOr<Schema>> {
        if self.is_scalar(schema) {
            return Some(self.scalar(schema, subject));
        }
        match &schema.kind {
            Kind::Array { items, .. } if exploded && self.is_scalar(items) => {
                let items = Some(boxed(self.scalar(self.api.unaliased(items), subject)));
                let array = ArrayType { items, min_items: None, max_items: None, unique_items: false };
                Some(ReferenceOr::Item(typed(Type::Array(array))))
            }
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Array { .. }
            | Kind::Tuple { .. }
            | Kind::Map { .. }
            | Kind::Named(_) => None,
        }
    }

    fn object_behind(&self, schema: &'a ModelSchema) -> Option<&'a Object> {
        match &self.api.resolved(schema)?.shape {
            Shape::Object(object) => Some(object),
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        }
    }

    /// Each member as a parameter: `colour` in the form style, `filter[colour]` in that of `deepObject`.
    fn members(
        &mut self,
        id: OperationId,
        parameter: &Model,
        object: &Object,
        arguments: &mut Arguments,
    ) -> Result<(), String> {
        let (subject, wire) = (Subject::Operation(id), &parameter.name.wire);
        let deep = parameter.style == ParameterStyle::DeepObject;
        for property in &object.properties {
            let member = &property.name.wire;
            let name = if deep { format!("{wire}[{member}]") } else { member.clone() };
            let Some(schema) = self.query_schema(self.api.unaliased(&property.schema), true, subject) else {
                self.lose(
                    subject,
                    property.origin(),
                    format!("`{name}` cannot be given: it is no text and no list of texts"),
                );
                continue;
            };
            let required = parameter.required && property.required;
            let added = data(&name, required, schema, docs(&property.docs));
            if !arguments.add(ParameterLocation::Query, added) {
                self.lose(
                    subject,
                    property.origin(),
                    format!("`{name}` cannot be given: another argument has its name in Rust"),
                );
            }
        }
        if let Additional::Typed(_) = object.additional {
            self.lose(subject, &parameter.origin, format!("members of `{wire}` that have no name cannot be given"));
        }
        Ok(())
    }
}
