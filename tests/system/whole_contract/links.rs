//! GET-LINKS-RESOLVE on all links of all responses: one of each resource is made from the contract's examples, and from each
//! answer every link is followed, with whatever method it leads to, until there is none left that was not followed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use super::made::{Account, target};
use crate::contract::{Operation, contract};
use crate::exchange::Exchange;
use crate::harness::{Home, Service};

/// Links that lead nowhere in a test, and why.
const NEVER: [(&str, &str, &str); 2] = [
    ("runBackupAction", "DeleteBackup", "a backup that is being converted is a snapshot before it can be deleted"),
    ("listStackletBackups", "NextPage", "a stacklet has a second backup a day after the first"),
];

/// On how many resources of a kind links that write are followed, if each of them has been once.
const WRITTEN: usize = 2;

/// The targets that were written to, by operation.
type Written = BTreeMap<&'static str, BTreeSet<String>>;

/// An answer whose links are to be followed.
struct Answer {
    operation: &'static Operation,
    /// The target that was asked for, without the prefix.
    asked: String,
    exchange: Exchange,
}

// Shows: GET-LINKS-RESOLVE, LRO-MONITOR
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_of_every_answer_leads_to_a_success() {
    let service = Home::new().start(&["--task-duration", "10ms"]);
    let mut walk = Walk { account: Account::new(&service).await };
    walk.fill().await;
    // The same account where no task ever ends: now every resource can show the task that is at work on it.
    let service = tokio::task::block_in_place(|| service.restart_with(&["--task-duration", "1h"]));
    walk.account.stand_still(&service).await;
    walk.fill().await;
    let mut followed = walk.account.followed;
    drop(service);
    // Another one, to the end of everything.
    let service = Home::new().start(&["--task-duration", "10ms"]);
    let mut walk = Walk { account: Account::new(&service).await };
    walk.fill().await;
    walk.delete_all().await;
    followed.extend(walk.account.followed);
    let all = contract().operations.iter().flat_map(|operation| {
        let links = operation.links.iter();
        links.flat_map(|(status, links)| links.iter().map(|link| (operation.id.clone(), *status, link.name.clone())))
    });
    let excused = |(id, _, link): &(String, u16, String)| NEVER.iter().any(|(of, name, _)| id == of && link == name);
    let missed: Vec<_> = all.filter(|link| !followed.contains(link) && !excused(link)).collect();
    assert!(missed.is_empty(), "links that no answer offered: {missed:#?}");
    assert!(followed.len() > 300, "only {} links were followed", followed.len());
}

struct Walk {
    account: Account,
}

impl Walk {
    /// Makes, reads and writes everything that can be reached.
    async fn fill(&mut self) {
        let mut pending: VecDeque<Answer> = VecDeque::new();
        for (operation, answers) in self.account.make().await {
            let answer = |exchange| Answer { operation, asked: operation.path.clone(), exchange };
            pending.extend(answers.into_iter().map(answer));
        }
        let mut written = Written::new();
        // Once with what was made, and once more with what was made of it.
        for _ in 0..2 {
            self.account.read.clear();
            for operation in contract().operations.iter().filter(|operation| operation.parameters.is_empty()) {
                if operation.method == "GET" {
                    pending.extend(self.read(operation, &operation.path).await);
                }
            }
            while let Some(answer) = pending.pop_front() {
                self.follow_all(&answer, &mut pending, &mut written).await;
                self.follow_items(&answer, &mut pending).await;
            }
        }
    }

    /// What a list shows can be read by its identifier, which has the name of the item path's parameter.
    async fn follow_items(&mut self, answer: &Answer, pending: &mut VecDeque<Answer>) {
        let Answer { operation, exchange, asked } = answer;
        let item = |other: &&Operation| {
            let below = other.path.strip_prefix(&format!("{}/{{", operation.path));
            other.method == "GET" && below.is_some_and(|rest| rest.ends_with('}') && !rest.contains('/'))
        };
        let Some(reads) = contract().operations.iter().find(item) else {
            return;
        };
        let parameter = reads.path.rsplit('/').next().unwrap_or_default().trim_matches(['{', '}']);
        let list = asked.split('?').next().unwrap_or_default();
        let body = exchange.json();
        let items = body.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_array().cloned());
        for item in items.collect::<Vec<_>>().concat() {
            let identifier = item[parameter].as_str().map_or_else(|| item[parameter].to_string(), str::to_owned);
            pending.extend(self.read(reads, &format!("{list}/{identifier}")).await);
        }
    }

    /// A GET that has to succeed; pages have one item, so that there is a next one. Nothing if it was done before.
    async fn read(&mut self, operation: &'static Operation, asked: &str) -> Option<Answer> {
        let paged =
            !asked.contains("per_page=") && operation.links.values().flatten().any(|link| link.name == "NextPage");
        let asked = match (paged, asked.contains('?')) {
            (false, _) => asked.to_owned(),
            (true, true) => format!("{asked}&per_page=1"),
            (true, false) => format!("{asked}?per_page=1"),
        };
        if self.account.read.contains_key(&asked) {
            return None;
        }
        let exchange = self.account.send("GET", &asked, None).await.expect(200);
        self.account.was_there.insert(asked.clone());
        self.account.read.insert(asked.clone(), operation);
        Some(Answer { operation, asked, exchange })
    }

    async fn follow_all(&mut self, answer: &Answer, pending: &mut VecDeque<Answer>, written: &mut Written) {
        let Answer { operation, asked, exchange } = answer;
        for link in operation.links.get(&exchange.status).into_iter().flatten() {
            let Some(target) = target(link, asked, operation, exchange) else {
                continue;
            };
            let leads_to = contract().operation(&link.target);
            let this = (operation.id.clone(), exchange.status, link.name.clone());
            match leads_to.method.as_str() {
                // Of a long list the first two pages will do.
                "GET" if asked.contains("page=2") && link.name == "NextPage" => continue,
                "GET" => pending.extend(self.read(leads_to, &target).await),
                "DELETE" => {
                    self.account.to_delete.entry(target).or_default().insert(this);
                    continue;
                }
                _ => {
                    let targets = written.entry(leads_to.id.as_str()).or_default();
                    let known = self.account.followed.contains(&this);
                    if known && !targets.contains(&target) && targets.len() >= WRITTEN {
                        continue;
                    }
                    if targets.insert(target.clone()) {
                        let answers = self.write(leads_to, &target).await;
                        if answers.is_empty() {
                            continue;
                        }
                        pending.extend(answers);
                    }
                }
            }
            self.account.followed.insert(this);
        }
    }

    /// A PUT where something is and where nothing is yet, or a POST with every example that fits.
    async fn write(&mut self, operation: &'static Operation, asked: &str) -> Vec<Answer> {
        self.account.settle(asked).await;
        let mut answers = Vec::new();
        let mut refused = None;
        for (number, example) in operation.examples.iter().chain(&operation.examples).enumerate() {
            let body = self.account.fit(example, &format!("-again-{number}"));
            let exchange = self.account.send(&operation.method, asked, Some(&body)).await;
            self.account.settle(asked).await;
            if [200, 201, 202].contains(&exchange.status) {
                answers.push(Answer { operation, asked: asked.to_owned(), exchange });
            } else {
                refused.get_or_insert(exchange);
            }
        }
        if operation.method == "PUT" {
            let absent = elsewhere(operation, asked);
            let body = operation.examples.first().map(|example| self.account.fit(example, "-elsewhere"));
            let exchange = self.account.send("PUT", &absent, body.as_ref()).await;
            if exchange.status == 201 {
                answers.push(Answer { operation, asked: absent, exchange });
            }
        }
        let at_work =
            |refused: &Exchange| refused.at("/type").as_str().is_some_and(|kind| kind.ends_with("/task-in-progress"));
        let excused = !self.account.tasks_end && refused.as_ref().is_some_and(at_work);
        assert!(
            excused || !answers.is_empty(),
            "expected a success of `{}` and not\n{}",
            operation.id,
            refused.expect("a refusal")
        );
        answers
    }

    /// Deletes all that links to a DELETE lead to: parts before what they are parts of, and the rest in whatever order is
    /// allowed.
    async fn delete_all(&mut self) {
        let mut left: Vec<_> = std::mem::take(&mut self.account.to_delete).into_iter().collect();
        left.sort_by_key(|(target, _)| std::cmp::Reverse(target.split('/').count()));
        loop {
            let before = left.len();
            let mut refused = Vec::new();
            for (target, links) in left {
                self.account.settle(&target).await;
                let exchange = self.account.send("DELETE", &target, None).await;
                match exchange.status {
                    204 => self.account.followed.extend(links),
                    // It was made into something else since the link was shown; others of its kind are still there.
                    404 if self.account.was_there.contains(&target) => {
                        self.account.send("GET", &target, None).await.expect_problem(404);
                    }
                    _ => refused.push((target, links, exchange)),
                }
            }
            if refused.len() == before {
                let allowed = |exchange: &Exchange| exchange.at("/type").as_str().is_some_and(is_of_the_account);
                let wrong = refused.iter().find(|(_, _, exchange)| !allowed(exchange));
                assert!(wrong.is_none(), "expected that it can be deleted:\n{}", wrong.expect("one").2);
                return;
            }
            left = refused.into_iter().map(|(target, links, _)| (target, links)).collect();
        }
    }
}

/// The default project is every account's for good; the contract says so, and offers the link all the same.
fn is_of_the_account(problem: &str) -> bool {
    problem.ends_with("/default-project")
}

/// A target of the same kind where nothing is, under an identifier that a client may choose.
fn elsewhere(operation: &Operation, asked: &str) -> String {
    let (parent, _) = asked.rsplit_once('/').expect("a path");
    let parameter = operation.path.rsplit('/').next().unwrap_or_default().trim_matches(['{', '}']);
    let schema = &operation.parameters[parameter];
    let free = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => "1000000099",
        (_, Some("uuid")) => "5c1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11",
        _ if schema.get("pattern").and_then(Value::as_str).is_some_and(|pattern| pattern.contains("\\.")) => {
            "elsewhere.example.org"
        }
        _ => "elsewhere",
    };
    format!("{parent}/{free}")
}

/// Every GET of the contract with a target at which it succeeds, on a service that is filled, with nothing at work.
pub(super) async fn every_get(service: &Service) -> Vec<(String, &'static Operation)> {
    let mut walk = Walk { account: Account::new(service).await };
    walk.fill().await;
    let mut targets = Vec::new();
    let mut seen = BTreeSet::new();
    for (target, operation) in std::mem::take(&mut walk.account.read) {
        walk.account.settle(&target).await;
        // Some were made into something else since they were read.
        let is_there = walk.account.send("GET", &target, None).await.status == 200;
        if is_there && seen.insert(operation.id.as_str()) {
            targets.push((target, operation));
        }
    }
    targets
}
