//! Publication: what is to be published, what speaks against it, and how it gets to a registry. Everything that cargo can do, cargo does:
//! it knows registries, credentials and proxies, and nothing here reads any of them.

mod archive;
mod cargo;
mod checks;
mod notes;
mod registry;
mod verify;

pub(crate) use archive::Archive;
pub(crate) use cargo::{Cargo, Package, in_order};
pub(crate) use checks::{Refusals, metadata, registries};
pub(crate) use notes::{Release, write as write_notes};
pub(crate) use registry::{Found, Registry};
pub(crate) use verify::verify;
