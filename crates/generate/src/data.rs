//! What the runtimes interpret: schemas and operations as `static` data of the types crate.

pub(crate) mod operation;
pub(crate) mod schema;
mod text;
