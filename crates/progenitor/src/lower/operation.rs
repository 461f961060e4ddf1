//! Operations: those that progenitor's clients can send, under names that it leaves distinct.

use std::collections::{BTreeMap, BTreeSet};

use methodical_generate::style;
use methodical_model::{Method, Operation as Model, OperationId, PathSegment};
use openapiv3::{Operation, ReferenceOr};

use super::{Entry, Lowering, Slot};
use crate::loss::Subject;

impl<'a> Lowering<'a> {
    /// The operations, and what methods they become.
    pub(crate) fn lower_operations(&mut self) -> (Vec<Entry>, BTreeMap<OperationId, String>) {
        let mut entries = Vec::new();
        let mut methods = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let api = self.api;
        for (id, model) in api.operations_with_ids() {
            let subject = Subject::Operation(id);
            let lowered = self.operation(id, model).and_then(|(path, slot, operation)| {
                let free = taken.insert((path.clone(), slot));
                let text = "another operation has the same method and path".to_owned();
                if free { Ok((path, slot, operation)) } else { Err(text) }
            });
            match lowered {
                Ok((path, method, operation)) => {
                    methods.extend(operation.operation_id.clone().map(|name| (id, name)));
                    let (operation, origin) = (Box::new(operation), model.origin.clone());
                    entries.push(Entry::Operation { path, method, operation, subject, origin });
                }
                Err(text) => self.lose_whole(subject, &model.origin, text),
            }
        }
        (entries, methods)
    }

    /// # Errors
    ///
    /// Why it cannot be said.
    fn operation(&mut self, id: OperationId, model: &'a Model) -> Result<(String, Slot, Operation), String> {
        let slot = slot(model.method)?;
        let mut arguments = self.arguments(id, model)?;
        let path = path(model, &arguments.path_names)?;
        let name = self.method_names.name(super::plain(&model.name.snake));
        let mut types = super::MediaTypes::default();
        let body = self.body(id, model, &mut arguments, &mut types);
        let responses = self.responses(id, model, &name, &mut types);
        if types.content_type.is_some() || types.accept.is_some() {
            self.media_types.insert(name.clone(), types);
        }
        let operation = Operation {
            operation_id: Some(name),
            description: Some(style::docs(&model.docs, "")).filter(|text| !text.is_empty()),
            parameters: arguments.parameters.into_iter().map(ReferenceOr::Item).collect(),
            request_body: body.map(ReferenceOr::Item),
            responses,
            ..Operation::default()
        };
        Ok((path, slot, operation))
    }
}

fn slot(method: Method) -> Result<Slot, String> {
    match method {
        Method::Get => Ok(Slot::Get),
        Method::Head => Ok(Slot::Head),
        Method::Put => Ok(Slot::Put),
        Method::Post => Ok(Slot::Post),
        Method::Patch => Ok(Slot::Patch),
        Method::Delete => Ok(Slot::Delete),
        Method::Options | Method::Trace | Method::Query | Method::Other(_) => {
            Err(format!("progenitor's clients cannot send {}", method.as_str()))
        }
    }
}

/// The template with progenitor's names of the parameters, which travel nowhere.
fn path(model: &Model, names: &BTreeMap<String, String>) -> Result<String, String> {
    let mut text = String::new();
    for segment in &model.path.segments {
        text.push('/');
        for part in segment {
            match part {
                PathSegment::Literal(literal) if literal.contains(['{', '}']) => {
                    return Err("its path has a brace that belongs to no parameter".to_owned());
                }
                PathSegment::Literal(literal) => text.push_str(literal),
                PathSegment::Parameter(name) => {
                    let name = names.get(name).ok_or_else(|| format!("`{name}` in its path has no parameter"))?;
                    text.push_str(&format!("{{{name}}}"));
                }
            }
        }
    }
    if text.contains("//") {
        return Err("progenitor makes one slash of two, and its path has two".to_owned());
    }
    Ok(if text.is_empty() { "/".to_owned() } else { text })
}
