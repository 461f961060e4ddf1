//! A POST is repeated without an idempotency key, by which the server would know it again.

use stacklets_client::Client;
use stacklets_client::runtime::IdempotencyKey;
use stacklets_client::types::TagCreate;

async fn create(client: &Client, tag: &TagCreate) {
    let _ = client.create_tag(tag).retries(3).await;
}

async fn create_once(client: &Client, tag: &TagCreate, key: &IdempotencyKey) {
    let _ = client.create_tag(tag).idempotency_key(key).retries(3).await;
    let _ = client.get_tag(&tag.name).retries(3).await;
}

fn main() {}
