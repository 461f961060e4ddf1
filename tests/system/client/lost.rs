//! Answers that get lost on the way: the client repeats what may be repeated, and claims to know no
//! more than it does.

use super::{client_at, described, found, many, stacklets_create};
use crate::harness::Service;
use crate::relay::Relay;
use stacklets_client::Client;
use stacklets_client::runtime::{CallError, Deleted, Find, IdempotencyKey, Put, RetryPolicy};
use stacklets_client::types::CreateStackletsBody;

/// A client whose answers go through the relay; there is a connection already.
async fn connected(service: &Service, relay: &Relay) -> Client {
    let client = client_at(service, relay.port(), &service.token, RetryPolicy::default());
    client.get_profile().await.expect("a GET");
    client
}

async fn total(client: &Client) -> u64 {
    let list = client.list_stacklets(Default::default()).await.expect("a GET");
    list.value.meta.pagination.total
}

/// PUT-IDEMPOTENT, DELETE-IDEMPOTENT: the same state, and nobody can say who made it.
// Shows: PUT-IDEMPOTENT, DELETE-IDEMPOTENT
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_writes_are_repeated_and_say_so() {
    let service = Service::start();
    let relay = Relay::start(&service).await;
    let client = connected(&service, &relay).await;

    relay.lose_next_answer();
    let put = client.put_tag("blue", &described("once")).await.expect("a repeated PUT");
    let Put::Stored { value, meta } = put else { panic!("expected Stored and not {put:?}") };
    assert_eq!((value.tag.description, meta.attempts), (Some(Some("once".to_owned())), 2));

    relay.lose_next_answer();
    let Find::Found { meta, .. } = client.get_tag("blue").await.expect("a repeated GET") else {
        panic!("expected Found")
    };
    assert_eq!(meta.attempts, 2);

    relay.lose_next_answer();
    let deleted = client.delete_tag("blue").await.expect("a repeated DELETE");
    assert!(matches!(deleted, Deleted::Gone(ref meta) if meta.attempts == 2), "expected Gone and not {deleted:?}");

    relay.lose_next_answer();
    let unrepeated = client.delete_tag("blue").retries(0).await;
    assert!(matches!(unrepeated, Err(CallError::Indeterminate { .. })), "{unrepeated:?}");
}

/// IDEM-REPLAY: with a key a POST is repeated and makes one set; without one it is not repeated.
// Shows: IDEM-REPLAY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_posts_are_repeated_under_a_key_alone() {
    let service = Service::start();
    let relay = Relay::start(&service).await;
    let client = connected(&service, &relay).await;
    let body: CreateStackletsBody = stacklets_create(&["a", "b"]);

    relay.lose_next_answer();
    let unkeyed = client.create_stacklets(&body).await;
    assert!(matches!(unkeyed, Err(CallError::Indeterminate { .. })), "{unkeyed:?}");
    assert_eq!(total(&client).await, 2, "it happened once, though nobody was told");

    relay.lose_next_answer();
    let keyed = client.create_stacklets(&body).idempotency_key(&IdempotencyKey::random()).retries(3);
    let keyed = keyed.await.expect("a repeated POST");
    assert_eq!((keyed.meta.status, keyed.meta.attempts), (201, 2));
    assert_eq!(total(&client).await, 4, "it happened once");
    for stacklet in many(keyed.value) {
        found(client.get_stacklet(stacklet.id).await.expect("a GET"));
    }
}
