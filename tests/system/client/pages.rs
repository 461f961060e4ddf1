//! Streams of pages while others write: what is there from beginning to end is seen once, and the filter holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use stacklets_client::types::StackletInput;
use stacklets_client::{Client, ListStackletsQuery};

use super::{client, stacklet_input};
use crate::harness::Service;

const FIRST: u64 = 1_000_000_000;
const THERE: u64 = 30;

/// Stacklets elsewhere come and go, those here are replaced, and new ones come behind them.
async fn write(client: Client, ended: Arc<AtomicBool>) -> u64 {
    let mut round = 0;
    while !ended.load(Ordering::Relaxed) {
        let elsewhere = StackletInput { region: "lon".to_owned(), ..stacklet_input("elsewhere") };
        let id = FIRST + 500 + round % 7;
        client.put_stacklet(id, &elsewhere).await.expect("a PUT").into_value();
        let renamed = stacklet_input(&format!("here-{round}"));
        client.put_stacklet(FIRST + round % THERE, &renamed).await.expect("a PUT").into_value();
        client.put_stacklet(FIRST + 1000 + round, &renamed).await.expect("a PUT").into_value();
        assert!(client.delete_stacklet(id).await.expect("a DELETE").is_gone());
        round += 1;
    }
    round
}

// Shows: LIST-PAGE-COMPLETE, LIST-COHERENT
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_walked_while_others_write() {
    let service = Service::start();
    let client = client(&service);
    for id in FIRST..FIRST + THERE {
        client.put_stacklet(id, &stacklet_input("here")).await.expect("a PUT").into_value();
    }
    let ended = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn(write(client.clone(), Arc::clone(&ended)));
    let here = ListStackletsQuery { region: Some("fra".to_owned()), per_page: Some(4), ..Default::default() };
    for _ in 0..10 {
        let mut ids = Vec::new();
        let mut pages = client.list_stacklets(here.clone()).pages();
        // Those that come behind could be followed for ever.
        while ids.last().is_none_or(|last| *last < FIRST + THERE) {
            let Some(page) = pages.next().await else { break };
            let page = page.expect("a page").value;
            assert!(page.stacklets.len() <= 4 && page.stacklets.iter().all(|stacklet| stacklet.region == "fra"));
            ids.extend(page.stacklets.iter().map(|stacklet| stacklet.id));
        }
        assert!(ids.is_sorted_by(|one, next| one < next), "each once, in order: {ids:?}");
        let there: Vec<u64> = ids.into_iter().filter(|id| *id < FIRST + THERE).collect();
        assert_eq!(there, (FIRST..FIRST + THERE).collect::<Vec<_>>());
    }
    ended.store(true, Ordering::Relaxed);
    assert!(writing.await.expect("no panic") > 0, "somebody wrote");
    let all = client.list_stacklets(here).items().collect::<Vec<_>>().await;
    assert!(all.into_iter().all(|item| item.is_ok_and(|stacklet| stacklet.region == "fra")));
}
