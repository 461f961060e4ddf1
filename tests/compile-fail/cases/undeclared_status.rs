//! A handler answers statuses that its operation does not declare.
// Shows: ERROR-DECLARED

use stacklets_server::runtime::Refusal;
use stacklets_server::runtime::wire::Problem;
use stacklets_server::{DeleteTag, GetRegion, PutTag};

fn by_number() -> Refusal<GetRegion> {
    Refusal::status::<410>(Problem::new(410, "The region is gone."))
}

fn by_name() -> Refusal<DeleteTag> {
    Refusal::conflict("Stacklets carry the tag.")
}

fn declared() -> Refusal<PutTag> {
    Refusal::unprocessable(Vec::new())
}

fn main() {
    let _ = (by_number(), by_name(), declared());
}
