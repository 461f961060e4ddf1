//! From a review to a release: which versions were published with the old contract, which the new one demands, and what has to be
//! written for it.

mod changelog;
mod demand;
mod description;
mod released;
mod settings;

pub(crate) use changelog::{Block, FILE_NAME as CHANGELOG, has_entry, merge, section};
pub(crate) use demand::{DESCRIPTION, Demand, artefact, demands};
pub(crate) use description::set_version;
pub(crate) use released::{MEMBER, Released, bundle_of_release};
pub(crate) use settings::set_versions;
