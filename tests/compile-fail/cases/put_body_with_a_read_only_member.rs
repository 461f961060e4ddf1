//! The body of a PUT has members that only the server sets.
// Shows: READONLY-NOT-WRITABLE, PUT-TARGET

use stacklets_client::Client;
use stacklets_client::types::{Tag, TagInput};

async fn rename(client: &Client) {
    let body = TagInput { name: "other".to_owned(), description: None };
    let _ = client.put_tag("blue", &body).await;
}

async fn put_back(client: &Client, tag: Tag) {
    let _ = client.put_tag("blue", &tag).await;
}

fn main() {}
