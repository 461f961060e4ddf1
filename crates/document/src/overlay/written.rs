//! Where those nodes of the entry were written that an overlay put or moved to where they are.

use std::collections::BTreeMap;

use methodical_diagnostic::{Diagnostic, DocumentId, Origin, Place, Pointer};

/// The origins of nodes that do not stand in the entry's text at their own pointers, by these.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written(BTreeMap<Pointer, Origin>);

impl Written {
    /// The origin of a node of the entry, if that is another than its own place.
    pub(crate) fn find(&self, pointer: &Pointer) -> Option<Origin> {
        if self.0.is_empty() {
            return None;
        }
        let mut ancestors = std::iter::successors(Some(pointer.clone()), Pointer::parent);
        ancestors.find_map(|ancestor| {
            let known = self.0.get(&ancestor)?;
            Some(Origin::new(known.document, known.pointer.concat(&pointer.strip_prefix(&ancestor)?)))
        })
    }

    /// An origin by which a person finds the node.
    pub(crate) fn redirect(&self, origin: Origin, entry: DocumentId) -> Origin {
        if origin.document == entry { self.find(&origin.pointer).unwrap_or(origin) } else { origin }
    }

    /// A diagnostic whose places are those by which a person finds the nodes.
    pub(crate) fn redirect_all(&self, mut diagnostic: Diagnostic, entry: DocumentId) -> Diagnostic {
        let places = diagnostic.related.iter_mut().map(|related| &mut related.place).chain([&mut diagnostic.place]);
        for place in places {
            match place {
                Place::Value(origin) | Place::Key(origin) => *origin = self.redirect(origin.clone(), entry),
                Place::Span { .. } | Place::Document(_) | Place::Nowhere => {}
            }
        }
        diagnostic
    }

    /// Says where a node was written that is new.
    pub(super) fn put(&mut self, pointer: Pointer, origin: Origin) {
        self.forget(&pointer);
        self.0.insert(pointer, origin);
    }

    /// Forgets a node and all below it.
    pub(super) fn forget(&mut self, pointer: &Pointer) {
        self.take_below(pointer);
        self.0.remove(pointer);
    }

    /// Says that an item of a list of this length is gone, so that the later ones moved up.
    pub(super) fn close_gap(&mut self, list: &Pointer, removed: usize, length: usize, entry: DocumentId) {
        for index in removed + 1..length {
            let (from, to) = (list.join(&index.to_string()), list.join(&(index - 1).to_string()));
            let origin = self.find(&from).unwrap_or_else(|| Origin::new(entry, from.clone()));
            let below = self.take_below(&from);
            self.put(to.clone(), origin);
            let moved = below
                .into_iter()
                .filter_map(|(pointer, origin)| Some((to.concat(&pointer.strip_prefix(&from)?), origin)));
            self.0.extend(moved);
        }
        self.forget(&list.join(&length.saturating_sub(1).to_string()));
    }

    fn take_below(&mut self, pointer: &Pointer) -> Vec<(Pointer, Origin)> {
        let first = pointer.join("");
        let below = self.0.range(first..).map(|(below, _)| below);
        let below: Vec<Pointer> = below.take_while(|below| below.strip_prefix(pointer).is_some()).cloned().collect();
        below.into_iter().filter_map(|below| self.0.remove_entry(&below)).collect()
    }
}
