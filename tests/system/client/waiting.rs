//! Waiting: for work that does not end well, for what takes too long, and for a window of the rate limit to end.

use std::time::{Duration, Instant};

use stacklets_client::Client;
use stacklets_client::prelude::*;
use stacklets_client::runtime::{CallError, Deleted, RetryPolicy, WaitError, WaitPolicy};
use stacklets_client::types::{StackletResponse, TaskStatus};

use super::{client, client_at, one, stacklet_create};
use crate::harness::Home;

const OFTEN: WaitPolicy = WaitPolicy {
    first: Duration::from_millis(20),
    growth: 1.2,
    longest: Duration::from_millis(200),
    give_up_after: Duration::from_secs(30),
};

async fn new_stacklet(client: &Client) -> StackletResponse {
    one(client.create_stacklets(&stacklet_create("web").into()).await.expect("a POST").value)
}

/// What is given up at its deadline ends the wait as a failure, and the task says which.
// Shows: LRO-MONITOR
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_times_out_is_a_failure_with_its_task() {
    let service = Home::new().start(&["--task-duration", "1h", "--task-deadline", "300ms"]);
    let client = client(&service);
    let wait = new_stacklet(&client).await.wait_task(&client).expect("a task");
    let Err(WaitError::Failed(ended)) = wait.policy(OFTEN).await else { panic!("expected Failed") };
    assert_eq!(ended.task.status, TaskStatus::TimedOut);
    assert!(ended.task.error.is_some() && ended.task.ended_at.is_some(), "{ended:?}");
}

/// So does work that comes to nothing while it is waited for.
// Shows: LRO-MONITOR
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_fails_meanwhile_is_a_failure_with_its_task() {
    let service = Home::new().start(&["--task-duration", "1h"]);
    let client = client(&service);
    let stacklet = new_stacklet(&client).await;
    let wait = stacklet.wait_task(&client).expect("a task").policy(OFTEN);
    let waiting = tokio::spawn(async move { wait.await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(matches!(stacklet.delete_stacklet(&client).await, Ok(Deleted::Deleted(_))));
    let Err(WaitError::Failed(ended)) = waiting.await.expect("no panic") else { panic!("expected Failed") };
    assert_eq!((ended.task.status, ended.task.name.as_str()), (TaskStatus::Errored, "create"));
    assert!(ended.task.error.is_some_and(|error| error.contains("deleted")), "it says why");
}

/// Patience that ends first is no failure of the work, which goes on; and a task that nobody has is none to wait for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patience_ends_before_the_work() {
    let service = Home::new().start(&["--task-duration", "1h"]);
    let client = client(&service);
    let stacklet = new_stacklet(&client).await;
    let wait = stacklet.wait_task(&client).expect("a task").policy(OFTEN).give_up_after(Duration::from_millis(200));
    let Err(WaitError::GaveUp { last: Some(last), after }) = wait.await else { panic!("expected GaveUp") };
    assert_eq!(last.task.status, TaskStatus::InProgress);
    assert!(after >= Duration::from_millis(150), "{after:?}");
    assert!(matches!(client.wait_task(77).await, Err(WaitError::NotFound(..))));
}

/// A window lasts a minute. The client that may wait so long does, and succeeds, POSTs without a key included, since what
/// is refused for load had no effect; the client that may not is told how long it would be.
// Shows: RATE-429-RETRY-AFTER
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rate_limit_is_waited_out_or_told() {
    let service = Home::new().start(&["--rate-limit", "2"]);
    let port = service.address.port();
    let patient = RetryPolicy { retry_after_at_most: Duration::from_secs(90), ..RetryPolicy::default() };
    let patient = client_at(&service, port, &service.token, patient);
    for _ in 0..2 {
        patient.get_profile().await.expect("a GET within the limit");
    }
    // By default no more than half a minute is waited out. Should less be left, the call ends before it.
    let hasty = client(&service);
    let started = Instant::now();
    let refused = hasty.list_tags(Default::default()).timeout(Duration::from_secs(1)).await;
    let Err(CallError::RateLimited { after: Some(after), meta, .. }) = refused else {
        panic!("expected RateLimited and not {refused:?}")
    };
    assert_eq!((meta.status, meta.attempts), (429, 1));
    assert!(started.elapsed() < Duration::from_secs(10), "it did not wait");

    let created = patient.create_stacklets(&stacklet_create("web").into()).timeout(Duration::from_secs(90)).await;
    let created = created.expect("a POST that was waited for");
    assert_eq!((created.meta.status, created.meta.attempts), (201, 2));
    assert!(started.elapsed() + Duration::from_secs(1) >= after, "it waited as long as it was told to");
}
