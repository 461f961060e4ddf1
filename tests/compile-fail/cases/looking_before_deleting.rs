//! There is nothing to look with before a DELETE: the outcome of the DELETE itself has to be looked at.
// Shows: DELETE-NO-PRECHECK

#![deny(unused_must_use)]

use stacklets_client::Client;

async fn delete_if_there(client: &Client) {
    if client.tag_exists("blue").await {
        client.delete_tag("blue").await.unwrap();
    }
}

fn main() {}
