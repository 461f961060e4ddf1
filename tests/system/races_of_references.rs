//! Simultaneous requests about what only one may have (an address, a name with an alias) and about what refers to what
//! is being deleted: whatever their order was, nothing is had twice and no reference leads nowhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::every_method::{balancer_body, made_certificate, other_account};
use crate::harness::Service;
use crate::races::{expect_counts, with_status};
use crate::raw::{Connection, Request, send_together};

const ROUNDS: usize = 10;
const AT_ONCE: usize = 8;

/// Two accounts take addresses at once.
// Shows: WRITE-ATOMIC, POST-FRESH-ID
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_is_given_to_two() {
    let service = Service::start();
    let other = other_account(&service);
    let mut connections = Connection::open_many(&service, AT_ONCE / 2).await;
    for connection in Connection::open_many(&service, AT_ONCE / 2).await {
        connections.push(connection.with_token(&other));
    }
    let mut addresses = BTreeSet::new();
    for round in 0..ROUNDS {
        let reserve = Request::new("POST", "/floating_ips").json(&json!({ "region": "fra" }));
        let balance = Request::new("POST", "/load_balancers").json(&balancer_body("fra", &[], &[]));
        let requests: Vec<Request> =
            (0..AT_ONCE).map(|n| if n % 2 == 0 { &reserve } else { &balance }.clone()).collect();
        let exchanges = send_together(&mut connections, &requests).await;
        expect_counts(round, &exchanges, [(201, AT_ONCE), (503, 0)]);
        for exchange in exchanges {
            let body = exchange.json();
            let address =
                [&body["floating_ip"]["address"], &body["load_balancer"]["ip"]].into_iter().find_map(Value::as_str);
            let address = address.expect("an address").to_owned();
            assert!(addresses.insert(address), "an address is taken already in\n{exchange}");
        }
    }
}

/// Of an alias and other records of one name, one side stays out; and the zone has every record that came in.
// Shows: WRITE-ATOMIC, READ-AFTER-WRITE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alias_stands_alone_whoever_comes_first() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    connections[0].send(&Request::new("PUT", "/domains/example.com").json(&json!({}))).await.expect(201);
    for round in 0..ROUNDS {
        let name = format!("n{round}");
        let record = |number: usize| match number {
            0 => json!({ "type": "CNAME", "name": name, "data": "web" }),
            _ => json!({ "type": "A", "name": name, "data": format!("192.0.2.{number}") }),
        };
        let post = |number: usize| Request::new("POST", "/domains/example.com/records").json(&record(number));
        let exchanges = send_together(&mut connections, &(0..AT_ONCE).map(post).collect::<Vec<_>>()).await;
        let aliases = usize::from(exchanges[0].status == 201);
        let others = with_status(&exchanges[1..], 201).len();
        assert!(aliases * others == 0 && aliases + others > 0, "round {round}: {aliases} beside {others}");
        assert!(aliases == 1 || others == AT_ONCE - 1, "round {round}: {others} of the others alone");
        let shown = connections[0].send(&Request::new("GET", "/domains/example.com")).await.expect(200);
        let zone = shown.text_at("/domain/zone_file");
        let lines = zone.lines().filter(|line| line.starts_with(&format!("{name} "))).count();
        assert_eq!(lines, aliases + others, "expected the records that were added in\n{shown}");
    }
}

/// A certificate is deleted while rules begin to use it: either it stays, or none of them does.
// Shows: DELETE-CHILDREN, WRITE-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_rule_names_a_certificate_that_is_gone() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    let (certificate, key) = made_certificate();
    let body = json!({ "name": "example.com", "certificate": certificate, "private_key": key });
    for round in 0..ROUNDS {
        let added = connections[0].send(&Request::new("POST", "/certificates").json(&body)).await.expect(201);
        let id = added.number_at("/certificate/id");
        let rule = json!({ "protocol": "https", "source_port": 443, "target_port": 80, "certificate_id": id });
        let balance = Request::new("POST", "/load_balancers").json(&balancer_body("fra", &[rule], &[]));
        let mut requests = vec![balance; AT_ONCE];
        requests[round % AT_ONCE] = Request::new("DELETE", &format!("/certificates/{id}"));
        let exchanges = send_together(&mut connections, &requests).await;
        let using = with_status(&exchanges, 201).len();
        match exchanges[round % AT_ONCE].status {
            204 => assert_eq!((using, with_status(&exchanges, 422).len()), (0, AT_ONCE - 1), "round {round}"),
            _ => expect_counts(round, &exchanges, [(201, AT_ONCE - 1), (409, 1)]),
        }
    }
}
