//! PUT-STATUS-TRUE, DELETE-ATOMIC-MISSING: a handler claims what the store did not report.

use stacklets_server::runtime::wire::Etag;
use stacklets_server::runtime::{Removed, Upserted, Was};
use stacklets_server::types::TagResponse;

fn created(value: TagResponse, etag: Etag) -> Upserted<TagResponse> {
    Upserted { value, etag, was: Was::Absent }
}

fn removed() -> Removed {
    Removed { _made_by_the_unit_of_work: () }
}

fn main() {}
