//! The canonical JSON Schema of a schema: what JSON Schema 2020-12 says which values it accepts, whatever version of
//! OpenAPI it was written for and however it was put together. Annotations are left out, members are in a fixed order, and
//! references lead to named types of the model. The validator interprets it, and two contracts can be compared by it.

use methodical_document::Value;

use crate::TypeId;

/// A schema in canonical form.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// The schema. A `$ref` in it is the Rust name of a type.
    ///
    /// Beside JSON Schema's keywords there are `discriminator`, whose `mapping` leads to the name in a `$ref` or to the
    /// position of an alternative, `x-read-only`: the policy for a member that a request may not set; and `x-extensible-enum` as it is written.
    pub value: Value,
    /// The types that it refers to, each once, by Rust name.
    pub references: Vec<TypeId>,
}

impl Canonical {
    /// The schema that accepts every value.
    pub fn any() -> Canonical {
        Canonical { value: Value::Bool(true), references: Vec::new() }
    }

    /// The type that it is a reference to and nothing else.
    pub fn only_reference(&self) -> Option<TypeId> {
        let members = self.value.as_object().filter(|members| members.len() == 1)?;
        members.contains_key("$ref").then(|| self.references.first().copied()).flatten()
    }
}
