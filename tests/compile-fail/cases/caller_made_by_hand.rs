//! Who is calling is made by authentication alone: a handler cannot be given anybody else.
// Shows: AUTH-ENFORCED

use stacklets_server::runtime::Cx;

fn anybody() -> Cx<String> {
    Cx { principal: "anybody".to_owned(), request_id: String::new(), now: Default::default() }
}

fn main() {
    let _ = anybody();
}
