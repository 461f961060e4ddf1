//! How many places a description has schemas in, as far as anything is made of them: what a number of places whose types are
//! wider than their schemas is measured by.

use std::collections::HashSet;

use methodical_diagnostic::Origin;

use crate::{Additional, Api, Operation, Schema, Shape};

impl Api {
    /// The number of schemas, each counted once however many ways its values travel.
    pub fn schema_places(&self) -> usize {
        let mut seen = HashSet::new();
        for def in &self.types {
            seen.insert(&def.origin);
            match &def.shape {
                Shape::Object(object) => {
                    object.properties.iter().for_each(|property| add(&property.schema, &mut seen));
                    if let Additional::Typed(schema) = &object.additional {
                        add(schema, &mut seen);
                    }
                }
                Shape::Enumeration(_) => {}
                Shape::Union(union) => union.variants.iter().for_each(|(_, schema)| add(schema, &mut seen)),
                Shape::Alias(schema) => add(schema, &mut seen),
            }
        }
        self.operations.iter().chain(&self.webhooks).for_each(|operation| add_operation(operation, &mut seen));
        seen.len()
    }
}

fn add_operation<'a>(operation: &'a Operation, seen: &mut HashSet<&'a Origin>) {
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    let bodies = operation.body.iter().flat_map(|body| &body.contents).map(|content| &content.schema);
    let answers = operation.responses.iter().flat_map(|response| {
        let headers = response.headers.iter().map(|header| &header.schema);
        headers.chain(response.contents.iter().map(|content| &content.schema))
    });
    parameters.chain(bodies).chain(answers).for_each(|schema| add(schema, seen));
}

/// A schema and those inside of it.
fn add<'a>(schema: &'a Schema, seen: &mut HashSet<&'a Origin>) {
    seen.extend(schema.all_inner().into_iter().map(|schema| &schema.origin));
}
