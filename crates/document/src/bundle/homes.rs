//! Where the parts of other documents live in the bundle: the names under `components`, each chosen once.

use std::collections::{HashMap, HashSet};

use methodical_diagnostic::{Origin, Pointer};

use super::resolve::{follow, value_at};
use crate::documents::Documents;
use crate::object::Object;
use crate::value::Value;

/// The homes of all parts, and the names that are taken.
#[derive(Default)]
pub(super) struct Homes {
    homes: HashMap<Origin, Pointer>,
    taken: HashSet<Pointer>,
}

impl Homes {
    /// The homes that the entry's own `components` give.
    ///
    /// A component that is nothing but a reference to another file lends its name to what that file holds. So
    /// `Pet: {$ref: pet.yaml}` becomes the pet itself, and each other reference to `pet.yaml` becomes `#/components/schemas/Pet`.
    pub(super) fn of_entry(documents: &Documents) -> Self {
        let mut homes = Self::default();
        let root = Origin::new(documents.entry(), Pointer::root());
        let out = Pointer::root().join("components");
        let Some(components) = homes.enter(documents, &root, "components", &out) else {
            return homes;
        };
        for section in keys(documents, &components) {
            let out = out.join(section);
            let Some(holder) = homes.enter(documents, &components, section, &out) else {
                continue;
            };
            for name in keys(documents, &holder) {
                homes.adopt(documents, &holder, name, &out);
            }
        }
        homes
    }

    /// Goes to a member, through references; what is found in another document lives at `out`.
    fn enter(&mut self, documents: &Documents, holder: &Origin, key: &str, out: &Pointer) -> Option<Origin> {
        let member = Origin::new(holder.document, holder.pointer.join(key));
        let found = follow(documents, member, is_pure_reference).ok()?;
        if found.document != documents.entry() {
            self.settle(found.clone(), out.clone());
        }
        Some(found)
    }

    fn adopt(&mut self, documents: &Documents, holder: &Origin, name: &str, section: &Pointer) {
        let out = section.join(name);
        let component = Origin::new(holder.document, holder.pointer.join(name));
        let target = follow(documents, component.clone(), is_pure_reference);
        if let Ok(target) = target
            && target != component
            && target.document != documents.entry()
            && self.home(&target).is_none()
        {
            self.homes.insert(target, out.clone());
        }
        self.taken.insert(out);
    }

    /// Where a node lives: in its own home, or in that of what it is a part of.
    pub(super) fn home(&self, origin: &Origin) -> Option<Pointer> {
        let ancestors = std::iter::successors(Some(origin.pointer.clone()), Pointer::parent);
        ancestors.into_iter().find_map(|ancestor| {
            let rest = origin.pointer.strip_prefix(&ancestor)?;
            let home = self.homes.get(&Origin::new(origin.document, ancestor))?;
            Some(home.concat(&rest))
        })
    }

    /// Says where a part lives, if it has no home yet.
    pub(super) fn settle(&mut self, origin: Origin, out: Pointer) {
        self.homes.entry(origin).or_insert(out);
    }

    /// Gives a part a new home in a section of `components`.
    pub(super) fn found(&mut self, documents: &Documents, origin: &Origin, section: &str) -> Pointer {
        let section = Pointer::from_tokens(["components", section]);
        let name = wished_name(documents, origin);
        let numbered = (2..).map(|number| section.join(&format!("{name}{number}")));
        let mut candidates = std::iter::once(section.join(&name)).chain(numbered);
        let out = candidates.find(|candidate| !self.taken.contains(candidate)).unwrap_or(section);
        self.taken.insert(out.clone());
        self.homes.insert(origin.clone(), out.clone());
        out
    }
}

/// Whether a value is a reference and nothing else.
pub(super) fn is_pure_reference(value: &Value) -> bool {
    value.reference().is_some() && value.as_object().is_some_and(|members| members.len() == 1)
}

fn keys<'d>(documents: &'d Documents, holder: &Origin) -> impl Iterator<Item = &'d str> {
    let members = value_at(documents, holder).and_then(Value::as_object);
    members.into_iter().flat_map(Object::keys).map(|key| key.as_str())
}

/// The last token of a pointer, or the stem of the file, in the letters that a component's name may have.
fn wished_name(documents: &Documents, origin: &Origin) -> String {
    let file = documents.key(origin.document).rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let last = origin.pointer.last().filter(|token| !token.is_empty());
    let wished = last.as_deref().unwrap_or(stem);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    wished.chars().map(|letter| if allowed(letter) { letter } else { '_' }).collect()
}
