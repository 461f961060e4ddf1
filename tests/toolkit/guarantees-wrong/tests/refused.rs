fn main() {}
// Shows: GET-SAFE
