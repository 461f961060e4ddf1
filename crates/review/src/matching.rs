//! Which operation of the new version is which of the old one.
//!
//! The name of a path parameter is no part of a URL, so paths are compared with the names left out. Where exactly one
//! operation of a path went and one came, it is the same one with another method.

use std::collections::HashMap;

use methodical_model::{Method, Operation};

/// The operations of two versions, each once.
pub(crate) struct Matched<'a> {
    /// The same method on the same path.
    pub(crate) pairs: Vec<(&'a Operation, &'a Operation)>,
    /// The same path, and another method.
    pub(crate) moved: Vec<(&'a Operation, &'a Operation)>,
    pub(crate) gone: Vec<&'a Operation>,
    pub(crate) come: Vec<&'a Operation>,
}

pub(crate) fn operations<'a>(old: &'a [Operation], new: &'a [Operation]) -> Matched<'a> {
    let mut waiting: HashMap<(Method, String), Vec<&Operation>> = HashMap::new();
    for operation in new {
        waiting.entry((operation.method, operation.path.form())).or_default().push(operation);
    }
    let mut matched = Matched { pairs: Vec::new(), moved: Vec::new(), gone: Vec::new(), come: Vec::new() };
    for operation in old {
        let same = waiting.get_mut(&(operation.method, operation.path.form()));
        match same.and_then(|same| take(same, operation)) {
            Some(other) => matched.pairs.push((operation, other)),
            None => matched.gone.push(operation),
        }
    }
    // In the order of the description, which a map does not keep.
    let left: std::collections::HashSet<*const Operation> =
        waiting.values().flatten().map(|operation| std::ptr::from_ref(*operation)).collect();
    matched.come = new.iter().filter(|operation| left.contains(&std::ptr::from_ref(*operation))).collect();
    matched.find_moved();
    matched
}

/// One of several that match the same URLs: the one with the same text, if there is one.
fn take<'a>(same: &mut Vec<&'a Operation>, operation: &Operation) -> Option<&'a Operation> {
    let equal = same.iter().position(|other| other.path.text == operation.path.text);
    let index = equal.or(if same.is_empty() { None } else { Some(0) })?;
    Some(same.remove(index))
}

impl<'a> Matched<'a> {
    /// Takes those out of what went and what came that are one operation with another method.
    fn find_moved(&mut self) {
        let went = count_forms(&self.gone);
        let mut came: HashMap<String, Vec<&'a Operation>> = HashMap::new();
        for operation in &self.come {
            came.entry(operation.path.form()).or_default().push(operation);
        }
        let mut taken = Vec::new();
        let gone = std::mem::take(&mut self.gone);
        for operation in gone {
            let form = operation.path.form();
            match came.get(&form).map(Vec::as_slice) {
                Some([only]) if went.get(&form) == Some(&1) => {
                    self.moved.push((operation, *only));
                    taken.push(form);
                }
                Some(_) | None => self.gone.push(operation),
            }
        }
        self.come.retain(|operation| !taken.contains(&operation.path.form()));
    }
}

fn count_forms(operations: &[&Operation]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for operation in operations {
        *counts.entry(operation.path.form()).or_default() += 1;
    }
    counts
}

/// `PUT /tags/{name}`.
pub(crate) fn title(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path.text)
}
