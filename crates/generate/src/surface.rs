//! The public surface of the crates of an API, read from what is written: the files that a user would get are parsed, and what
//! their macros expand to is known (`macros`). So nothing can be generated and not be seen, and no second account of what the emitters do
//! has to be kept true.
//!
//! Two versions mostly agree, and parsing takes time. So for a comparison only those types and operations are written that may come out
//! otherwise (`selection`), by the same emitters; what is left out is the same on both sides.

mod item;
mod macros;
mod module;
mod origin;
mod own;
mod paths;
mod selection;

use methodical_document::both;
use methodical_model::Api;
use methodical_model::surface::{Artefact, ItemKind, Items, Surface};

use crate::rust_type::{Known, Selection};
use crate::{Files, Package, client, server, types};

/// Everything that the crates of an API have for others to name.
pub fn surface(api: &Api, package: &Package) -> Surface {
    let receivers = api.receivers();
    Version::of(api, receivers.as_ref()).surface(package)
}

/// Of the crates of two versions what may be different.
pub fn surfaces(old: &Api, new: &Api, package: &Package) -> [Surface; 2] {
    let receivers = [old.receivers(), new.receivers()];
    let [old_receivers, new_receivers] = receivers.each_ref();
    let mut versions: [Version<'_>; 2] =
        both(|| Version::of(old, old_receivers.as_ref()), || Version::of(new, new_receivers.as_ref())).into();
    let [old, new] = &mut versions;
    selection::select(&mut old.known, &mut new.known);
    // Those of one version alone are to be seen whole.
    if let (Some(old), Some(new)) = (&mut old.receivers, &mut new.receivers) {
        selection::select(old, new);
    }
    let is_same =
        versions.iter().all(|version| is_nothing(&version.known) && version.receivers.as_ref().is_none_or(is_nothing));
    if is_same && same_roots(&versions) {
        return [Surface::default(), Surface::default()];
    }
    let [old, new] = &versions;
    both(|| old.surface(package), || new.surface(package)).into()
}

fn is_nothing(known: &Known<'_>) -> bool {
    match &known.selection {
        Selection::All => false,
        Selection::Of { types, operations } => types.is_empty() && operations.is_empty(),
    }
}

/// Whether servers, security schemes and tags are the same: what the crates have beside types and operations comes from them.
fn same_roots(versions: &[Version<'_>; 2]) -> bool {
    let [old, new] = versions.each_ref().map(|version| own::root(&version.known));
    old == new && versions[0].receivers.is_some() == versions[1].receivers.is_some()
}

/// One version of an API.
struct Version<'a> {
    known: Known<'a>,
    receivers: Option<Known<'a>>,
}

impl<'a> Version<'a> {
    fn of(api: &'a Api, receivers: Option<&'a Api>) -> Version<'a> {
        Version { known: Known::of(api), receivers: receivers.map(Known::of) }
    }

    fn surface(&self, package: &Package) -> Surface {
        let (known, receivers) = (&self.known, self.receivers.as_ref());
        let mut crates = vec![
            (Artefact::Types, types::modules(known, receivers, package)),
            (Artefact::Client, client::modules(known, package)),
            (Artefact::Server, server::modules(known, package, None)),
        ];
        if let Some(receivers) = receivers {
            crates.push((Artefact::Sender, client::modules(receivers, package)));
            crates.push((Artefact::Receiver, server::modules(receivers, package, None)));
        }
        let crates = crates.into_iter().map(|(artefact, files)| (artefact, self.items(artefact, &files, package)));
        Surface { crates: crates.collect() }
    }

    fn items(&self, artefact: Artefact, files: &Files, package: &Package) -> Items {
        let library = package.library_name(artefact.as_str());
        let mut items = module::items(files, &library);
        let known = match artefact {
            Artefact::Types | Artefact::Client | Artefact::Server => &self.known,
            Artefact::Sender | Artefact::Receiver => self.receivers.as_ref().unwrap_or(&self.known),
        };
        for name in known.features.names() {
            let text = format!("feature {name:?}");
            items.insert(text.clone(), module::plain(ItemKind::Feature, text, None));
        }
        origin::tell(known, artefact, &library, &mut items);
        if let (Artefact::Types, Some(receivers)) = (artefact, &self.receivers) {
            origin::tell(receivers, artefact, &library, &mut items);
        }
        items
    }
}
