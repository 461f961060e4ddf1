//! A server that does as it is told, and a client crate written by hand in the shape of a generated one.

pub(crate) mod api;
pub(crate) mod server;
