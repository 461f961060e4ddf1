//! What DNS asks of records, and how a zone is written: no store and no request here.

mod check;
#[cfg(test)]
mod tests;
mod text;
mod zone;

pub(crate) use check::{check, check_beside};
pub(crate) use zone::{next_serial, render};

/// The domain itself, as a name below it.
pub(crate) const APEX: &str = "@";

/// For how many seconds an answer is kept if the record does not say.
pub(crate) const DEFAULT_TTL: u32 = 1800;
