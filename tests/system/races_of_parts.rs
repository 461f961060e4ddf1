//! Simultaneous requests about parts of one thing, or about two things that tell of each other: whatever their order
//! was, there was one.

use serde_json::{Value, json};

use crate::harness::Service;
use crate::races::{expect_counts, several};
use crate::raw::{Connection, Request, send_together};

const ROUNDS: usize = 20;
const AT_ONCE: usize = 8;

fn firewall(number: usize) -> String {
    format!("/firewalls/00000000-0000-4000-8000-{number:012}")
}

fn empty() -> Value {
    json!({ "name": "f", "inbound_rules": [], "outbound_rules": [] })
}

/// None of the rules is lost that are added at once; of those who remove the same one, one does.
// Shows: WRITE-ATOMIC, DELETE-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_simultaneous_rules_all_arrive_and_go_once() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    let path = firewall(1);
    for round in 0..ROUNDS {
        connections[0].send(&Request::new("PUT", &path).json(&empty())).await;
        let add = |port: usize| {
            let rule = json!({ "address": "::/0", "port": port, "protocol": "tcp" });
            Request::new("POST", &format!("{path}/rules")).json(&json!({ "inbound_rules": [rule] }))
        };
        let added = send_together(&mut connections, &(0..AT_ONCE).map(add).collect::<Vec<_>>()).await;
        expect_counts(round, &added, [(200, AT_ONCE), (404, 0)]);
        let shown = connections[0].send(&Request::new("GET", &path)).await.expect(200);
        let rules = shown.at("/firewall/inbound_rules");
        assert_eq!(rules.as_array().map(Vec::len), Some(AT_ONCE), "expected every rule in\n{shown}");

        let one = format!("{path}/rules?direction=inbound&address=::/0&port=3&protocol=tcp");
        let removed = send_together(&mut connections, &vec![Request::new("DELETE", &one); AT_ONCE]).await;
        expect_counts(round, &removed, [(204, 1), (404, AT_ONCE - 1)]);
    }
}

/// A stacklet that several firewalls want at once is behind one of them, and both sides name the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_firewalls_that_want_a_stacklet_one_has_it() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    let made = connections[0].send(&Request::new("POST", "/stacklets").json(&several(&["web"]))).await.expect(201);
    let id = made.number_at("/stacklets/0/id");
    for number in 0..AT_ONCE {
        connections[0].send(&Request::new("PUT", &firewall(number)).json(&empty())).await.expect(201);
    }
    let take = |number: usize| {
        Request::new("POST", &format!("{}/stacklets", firewall(number))).json(&json!({ "stacklet_ids": [id] }))
    };
    for round in 0..ROUNDS {
        let taken = send_together(&mut connections, &(0..AT_ONCE).map(take).collect::<Vec<_>>()).await;
        expect_counts(round, &taken, [(200, AT_ONCE), (409, 0)]);
        let list = connections[0].send(&Request::new("GET", "/firewalls")).await.expect(200);
        let firewalls = list.at("/firewalls");
        let holders: Vec<&Value> = firewalls
            .as_array()
            .into_iter()
            .flatten()
            .filter(|firewall| firewall["stacklet_ids"] == json!([id]))
            .map(|firewall| &firewall["uuid"])
            .collect();
        assert!(holders.len() == 1, "round {round}: expected one firewall with the stacklet in\n{list}");
        let stacklet = connections[0].send(&Request::new("GET", &format!("/stacklets/{id}"))).await.expect(200);
        stacklet.expect_at("/stacklet/firewall_uuid", holders[0].clone());
    }
}

/// Of several projects that become the default one at once, one is in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_default_projects_one_is_left() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    let body = json!({ "name": "next", "color": "#000000", "is_default": true });
    for round in 0..ROUNDS {
        let made = send_together(&mut connections, &vec![Request::new("POST", "/projects").json(&body); AT_ONCE]).await;
        expect_counts(round, &made, [(201, AT_ONCE), (409, 0)]);
        let list = connections[0].send(&Request::new("GET", "/projects?per_page=200")).await.expect(200);
        let projects = list.at("/projects");
        let defaults = projects.as_array().into_iter().flatten().filter(|project| project["is_default"] == true);
        assert_eq!(defaults.count(), 1, "round {round}: expected one default project in\n{list}");
    }
}
