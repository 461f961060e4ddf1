//! The tour that new users are shown, taken whole: if it is awkward or wrong, it is so for them.

#[expect(dead_code, reason = "its `main` is for people")]
#[path = "../../../crates/service/examples/tour.rs"]
mod tour;

use stacklets_client::Client;

use super::client;
use crate::harness::Home;

/// How many of everything an account has that a tour might leave behind; its default project is always there.
async fn left_behind(client: &Client) -> Vec<(&'static str, usize)> {
    macro_rules! count {
        ($($list:ident)*) => {
            vec![$((stringify!($list), client.$list(Default::default()).items().all().await.expect("a list").len())),*]
        };
    }
    let counts = count!(
        list_domains list_firewalls list_floating_ips list_projects list_snapshots list_stacklets list_tags list_volumes
    );
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

async fn take_the_tour(home: Home) {
    let service = home.start(&["--task-duration", "50ms"]);
    let client = client(&service);
    // A second time, because what it has left behind would be in its way.
    for _ in 0..2 {
        tour::walk(&client).await.expect("a tour to its end");
        assert_eq!(left_behind(&client).await, [("list_projects", 1)]);
    }
}

// Shows: LRO-MONITOR, GET-LINKS-RESOLVE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_leads_to_its_end() {
    take_the_tour(Home::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_leads_to_its_end_on_postgres() {
    if let Some(home) = Home::on_postgres("the_tour_leads_to_its_end_on_postgres") {
        take_the_tour(home).await;
    }
}
