//! Waiting for work: what ends it, what does not, and how often is asked.

use std::time::{Duration, Instant};

use methodical_client::{CallError, TransportErrorKind, WaitError, WaitPolicy};

use crate::support::server::{Reply, Server, answer, answer_with};
use crate::{TAG, client, policy, start, tag};

fn task(status: &str) -> String {
    format!(r#"{{"status":"{status}"}}"#)
}

/// Ten milliseconds, then twenty, then thirty at most; half a second in all.
fn quick() -> WaitPolicy {
    let first = Duration::from_millis(10);
    WaitPolicy { first, growth: 2.0, longest: first * 3, give_up_after: Duration::from_millis(500) }
}

// Shows: LRO-MONITOR
#[tokio::test]
async fn an_accepted_request_says_where_the_work_is_followed() {
    let (_server, client) = start(|_, _| answer_with(202, "location", "/v1/tasks/7", TAG)).await;
    let accepted = client.move_tag("a").await.expect("an outcome");
    assert_eq!((accepted.value, accepted.monitor.as_url().path()), (tag(), "/v1/tasks/7"));
    assert_eq!(accepted.meta.status, 202);

    let (_server, client) = start(|_, _| answer(202, TAG)).await;
    let error = client.move_tag("a").await.expect_err("it names no monitor");
    let CallError::Decode { detail, body, .. } = error else { panic!("{error:?}") };
    assert_eq!(
        (detail.as_str(), &body[..]),
        ("it does not say in `Location` where the work is followed", TAG.as_bytes())
    );
}

// Shows: LRO-MONITOR
#[tokio::test]
async fn work_is_waited_for_until_it_has_ended_well() {
    let states = ["new", "busy", "of a newer server", "done"];
    let (server, client) = start(move |number, _| answer(200, &task(states[number]))).await;
    let began = Instant::now();
    let task = client.wait_task(7).policy(quick()).header("x-trace", "7").await.expect("it ends well");
    assert_eq!(task.status, "done");
    assert!(began.elapsed() >= Duration::from_millis(10 + 20 + 30), "each wait is longer: {:?}", began.elapsed());
    let seen = server.seen();
    assert_eq!(seen.len(), states.len());
    assert!(seen.iter().all(|seen| seen.target == "/v1/tasks/7" && seen.headers.contains_key("x-trace")));
}

#[tokio::test]
async fn work_that_has_failed_is_an_error_that_shows_it() {
    for failure in ["broken", "late"] {
        let (_server, client) = start(move |_, _| answer(200, &task(failure))).await;
        let error = client.wait_task(7).await.expect_err("it has failed");
        assert_eq!(error.last().map(|task| task.status.as_str()), Some(failure));
        assert!(matches!(error, WaitError::Failed(_)), "{error:?}");
    }
}

#[tokio::test]
async fn patience_ends_and_what_was_seen_last_is_told() {
    let (server, client) = start(|_, _| answer(200, &task("busy"))).await;
    let began = Instant::now();
    let error = client.wait_task(7).policy(quick()).give_up_after(Duration::from_millis(60)).await.expect_err("busy");
    let WaitError::GaveUp { last, after } = error else { panic!("{error:?}") };
    assert_eq!(last.map(|task| task.status), Some("busy".to_owned()));
    assert!(after >= Duration::from_millis(40) && began.elapsed() < Duration::from_millis(400), "{after:?}");
    assert!((2..6).contains(&server.seen().len()), "{}", server.seen().len());
    // The longest patience is no overflow.
    let (_server, client) = start(|_, _| answer(200, &task("done"))).await;
    assert!(client.wait_task(7).give_up_after(Duration::MAX).call_timeout(Duration::MAX).await.is_ok());
}

// Shows: RATE-429-RETRY-AFTER
#[tokio::test]
async fn what_the_server_asks_to_wait_is_waited() {
    let busy = || Reply::Answer(200, vec![("retry-after", "1".to_owned())], task("busy"));
    let (_server, client) = start(move |number, _| if number == 0 { busy() } else { answer(200, &task("done")) }).await;
    let began = Instant::now();
    client.wait_task(7).policy(quick()).give_up_after(Duration::from_secs(5)).await.expect("it ends well");
    assert!(began.elapsed() >= Duration::from_secs(1));

    // To wait for longer than our patience would be in vain.
    let (server, client) = start(move |_, _| busy()).await;
    let began = Instant::now();
    let error = client.wait_task(7).policy(quick()).await.expect_err("busy for a second");
    assert!(matches!(error, WaitError::GaveUp { last: Some(_), .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_millis(400));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_passes_does_not_end_the_wait() {
    let (server, client) = start(|number, _| match number {
        0 => answer(200, &task("busy")),
        1 => Reply::Drop,
        2 => answer(503, ""),
        3 => answer_with(429, "retry-after", "0", ""),
        _ => answer(200, &task("done")),
    })
    .await;
    let task = client.wait_task(7).policy(quick()).retries(0).await.expect("it ends well");
    assert_eq!((task.status.as_str(), server.seen().len()), ("done", 5));
}

#[tokio::test]
async fn what_does_not_pass_ends_the_wait() {
    let (server, client) = start(|_, _| answer(404, r#"{"status":404,"detail":"no task"}"#)).await;
    let error = client.wait_task(7).await.expect_err("there is no task");
    let WaitError::NotFound(problem, meta) = error else { panic!("{error:?}") };
    assert_eq!((problem.detail.as_deref(), meta.status, server.seen().len()), (Some("no task"), 404, 1));

    let (_server, client) = start(|_, _| answer(401, "")).await;
    let error = client.wait_task(7).await.expect_err("who is it");
    assert!(matches!(error, WaitError::Call(CallError::Unauthorized { .. })), "{error:?}");

    for body in [r#"{"status":"done""#, r#"{"state":"done"}"#, "[]"] {
        let (server, client) = start(move |_, _| answer(200, body)).await;
        let error = client.wait_task(7).await.expect_err("it tells no status");
        assert!(matches!(error, WaitError::Call(CallError::Decode { .. })), "{body}: {error:?}");
        assert_eq!(server.seen().len(), 1);
    }
}

/// A monitor that never was seen may have another address: there is no use in asking on.
#[tokio::test]
async fn a_monitor_that_cannot_be_reached_is_told_at_once() {
    let server = Server::start(|_, _| Reply::Drop).await;
    let client = client(&server);
    let began = Instant::now();
    let error = client.wait_task(7).policy(WaitPolicy::default()).retries(1).await.expect_err("it says nothing");
    let WaitError::Call(CallError::Transport(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert!(began.elapsed() < Duration::from_secs(5) && policy().retries > 0);
    assert_eq!(server.seen().len(), 2);
}
