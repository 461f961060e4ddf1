//! A GET that writes.
// Shows: GET-SAFE

fn main() {}
