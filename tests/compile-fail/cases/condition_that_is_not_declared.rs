//! Conditions and keys exist where the description declares them, and nowhere else.

use stacklets_client::Client;
use stacklets_client::runtime::IdempotencyKey;
use stacklets_client::runtime::wire::Etag;
use stacklets_client::types::{TagCreate, TagInput};

async fn conditions(client: &Client, create: &TagCreate, etag: &Etag, key: &IdempotencyKey) {
    let _ = client.create_tag(create).if_match(etag).await;
    let _ = client.delete_tag("blue").create_only().await;
    let _ = client.put_tag("blue", &TagInput::default()).idempotency_key(key).await;
    let _ = client.delete_tag("blue").head().await;
}

fn main() {}
