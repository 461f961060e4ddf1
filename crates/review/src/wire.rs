//! The wire plane: do requests and responses that were valid stay valid? One file an OpenAPI object.
//!
//! A request that the old version let a client send must be accepted still; what the new server may answer must have been
//! declared before. A break needs a witness.

pub(crate) mod operation;
