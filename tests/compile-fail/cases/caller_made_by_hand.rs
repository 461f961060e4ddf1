//! Who is calling is made by authentication alone: a handler without credentials behind it cannot be called.
// Shows: AUTH-ENFORCED

use stacklets_server::runtime::MemoryStore;
use stacklets_server::runtime::{Cx, ReadTx};

fn anybody() -> Cx<String> {
    Cx { principal: "anybody".to_owned(), request_id: String::new(), now: Default::default() }
}

fn look(store: &MemoryStore) {
    let _ = ReadTx::begin(store);
}

fn main() {
    let _ = anybody();
}
