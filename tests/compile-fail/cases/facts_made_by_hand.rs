//! A handler claims what the store did not report.
// Shows: PUT-STATUS-TRUE, PUT-UPSERT, POST-CREATED, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING

use stacklets_server::runtime::wire::Etag;
use stacklets_server::runtime::{Created, Removed, Upserted, Was};
use stacklets_server::types::TagResponse;

fn put(value: TagResponse, etag: Etag) -> Upserted<TagResponse> {
    Upserted { value, etag, was: Was::Absent }
}

fn created(value: TagResponse) -> Created<TagResponse> {
    Created { value, etag: None }
}

fn removed() -> Removed {
    Removed { _made_by_the_unit_of_work: () }
}

fn main() {}
