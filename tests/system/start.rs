//! Starting and stopping: what the program says when something is wrong, and an end that loses no
//! request.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::curl;
use crate::harness::{BINARY, Finished, Home, Service};
use crate::raw::{Connection, Request};

/// The program has to end with this code and say these words, in one message and not in a panic.
#[track_caller]
fn expect_failure(finished: &Finished, code: i32, words: &[&str]) {
    assert_eq!(finished.code, Some(code), "the exit code: {finished:#?}");
    assert!(finished.stdout.is_empty(), "expected nothing on standard output: {finished:#?}");
    assert!(!finished.stderr.contains("panicked"), "expected no panic: {finished:#?}");
    for word in words {
        assert!(finished.stderr.contains(word), "expected `{word}` in the message: {finished:#?}");
    }
}

/// A service that must not come up; its port is never the problem.
fn serve(home: &Home, arguments: &[&str]) -> Finished {
    home.run(&[&["serve", "--listen", "127.0.0.1:0", "--data", "data", "--log", "warn"], arguments].concat())
}

#[test]
fn the_line_that_is_printed_works() {
    if !curl::is_there("the_line_that_is_printed_works") {
        return;
    }
    let mut service = Service::start();
    for start in ["first", "second"] {
        let log = service.log();
        let line = log.lines().find_map(|line| line.strip_prefix("try: ")).expect("a line to try");
        let output = Command::new("sh").args(["-c", line]).current_dir(service.home().path()).output();
        let output = output.expect("a shell");
        assert!(output.status.success(), "{start} start: `{line}` failed: {output:?}");
        let profile: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(profile["profile"]["uuid"].is_string(), "{start} start: expected a profile and not {profile}");
        service = service.kill_and_restart();
    }
}

#[test]
fn help_names_commands_and_options() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    assert_eq!(help.code, Some(0), "{help:#?}");
    for word in ["serve", "token", "--data", "--listen", "--plaintext-listen", "--tls-cert", "--tls-key", "--config"] {
        assert!(help.stdout.contains(word), "expected `{word}` in {help:#?}");
    }
    let token = home.run(&["token", "create", "--help"]);
    assert!(token.code == Some(0) && token.stdout.contains("--account"), "{token:#?}");
    let version = home.run(&["--version"]);
    assert_eq!(version.stdout.trim(), format!("stacklets {}", env!("CARGO_PKG_VERSION")), "{version:#?}");
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0, "nothing was made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_progress_are_finished() {
    for signal in ["TERM", "INT"] {
        let mut service = Service::start();
        let mut idle = Connection::open(&service).await;
        idle.send(&Request::new("GET", "/tags")).await.expect(200);
        let mut busy = Connection::open(&service).await;
        let request = Request::new("PUT", "/tags/last").json(&json!({ "description": "in progress" }));
        let last = busy.hold_back(&request).await.expect("a request under way");
        // Time for the head to arrive, and then for the signal.
        tokio::time::sleep(Duration::from_millis(200)).await;
        service.ask_to_stop(signal);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let refused = tokio::net::TcpStream::connect(service.address).await;
        assert!(refused.is_err(), "expected no further connections after {signal}");
        busy.write(&[last]).await.expect("a connection that is still there");
        busy.read(&request).await.expect("an answer").expect(201);
        let status = service.wait_until_it_ends();
        assert_eq!(status.code(), Some(0), "the exit code after {signal}");
        let service = service.restart();
        let mut connection = Connection::open(&service).await;
        let read = connection.send(&Request::new("GET", "/tags/last")).await.expect(200);
        read.expect_at("/tag/description", "in progress");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_waits_for_nobody_for_ever() {
    let mut service = Home::new().start(&["--shutdown-deadline", "1"]);
    let mut stuck = Connection::open(&service).await;
    let request = Request::new("PUT", "/tags/never").json(&json!({}));
    stuck.hold_back(&request).await.expect("a request under way");
    tokio::time::sleep(Duration::from_millis(200)).await;
    service.ask_to_stop("TERM");
    let began = Instant::now();
    let status = service.wait_until_it_ends();
    assert_eq!(status.code(), Some(0), "the exit code");
    assert!(began.elapsed() < Duration::from_secs(8), "it took {:?}", began.elapsed());
}

#[test]
fn a_port_that_is_taken() {
    let service = Service::start();
    let (taken, home) = (service.address.to_string(), Home::new());
    let port = service.address.port().to_string();
    expect_failure(
        &home.run(&["serve", "--listen", &taken, "--data", "data", "--log", "warn"]),
        1,
        &["taken", &port, "--listen"],
    );
    expect_failure(&serve(&home, &["--plaintext-listen", &taken]), 1, &["taken", &port, "--plaintext-listen"]);
}

#[test]
fn a_store_that_is_in_use() {
    let service = Service::start();
    expect_failure(&serve(service.home(), &[]), 1, &["in use", "store.redb", "--data"]);
}

#[test]
fn a_store_that_is_damaged() {
    let home = Home::new();
    std::fs::create_dir(home.data()).expect("a folder");
    let store = home.data().join("store.redb");
    std::fs::write(&store, "this is not a store\n".repeat(1000)).expect("a file");
    expect_failure(&serve(&home, &[]), 1, &["damaged", "store.redb", "backup"]);

    // A real one, cut off in the middle, and one with a page of zeros where its roots are.
    std::fs::remove_file(&store).expect("the file");
    let mut service = home.start(&[]);
    service.ask_to_stop("TERM");
    service.wait_until_it_ends();
    let store = service.home().data().join("store.redb");
    let whole = std::fs::read(&store).expect("the store");
    let mut zeroed = whole.clone();
    zeroed[64..512].fill(0);
    for damaged in [&whole[..whole.len() / 2], &zeroed] {
        std::fs::write(&store, damaged).expect("a file");
        expect_failure(&serve(service.home(), &[]), 1, &["damaged", "store.redb"]);
    }
    std::fs::write(&store, whole).expect("a file");
    service.restart();
}

#[test]
fn a_data_folder_that_cannot_be_made() {
    let home = Home::new();
    std::fs::write(home.data(), "a file stands here").expect("a file");
    expect_failure(&serve(&home, &[]), 1, &["data", "--data"]);
}

#[test]
fn certificates_that_cannot_be_served() {
    let home = Home::new();
    let (one, other) = (Service::start(), Service::start());
    let certificate = one.home().certificate().display().to_string();
    let key = one.home().data().join("dev-key.pem").display().to_string();
    let other_key = other.home().data().join("dev-key.pem").display().to_string();
    std::fs::write(home.path().join("text"), "this is no PEM").expect("a file");
    let with = |certificate: &str, key: &str| serve(&home, &["--tls-cert", certificate, "--tls-key", key]);
    expect_failure(&with("missing", &key), 1, &["certificate", "missing"]);
    expect_failure(&with("text", &key), 1, &["certificate", "text", "BEGIN CERTIFICATE"]);
    expect_failure(&with(&certificate, "text"), 1, &["key", "text", "PRIVATE KEY"]);
    expect_failure(&with(&certificate, &other_key), 1, &["does not belong", "dev-key.pem"]);
    expect_failure(&serve(&home, &["--tls-cert", &certificate]), 2, &["tls-key"]);
}

#[test]
fn a_certificate_of_the_operator_is_served() {
    if !curl::is_there("a_certificate_of_the_operator_is_served") {
        return;
    }
    let other = Service::start();
    let certificate = other.home().certificate().display().to_string();
    let key = other.home().data().join("dev-key.pem").display().to_string();
    let home = Home::new();
    let token = home.run(&["token", "create", "--data", "data"]);
    assert!(token.code == Some(0) && token.stdout.trim().len() == 40, "{token:#?}");
    let service = home.start(&["--tls-cert", &certificate, "--tls-key", &key]);
    assert!(!service.home().certificate().exists(), "no development certificate is made");
    let url = service.url("/account/profile");
    let curl = curl::Curl::new(other.home(), "GET", url).token(token.stdout.trim());
    curl.send().expect(200);
}

#[test]
fn a_configuration_that_is_wrong() {
    let home = Home::new();
    let with = |text: &str| {
        std::fs::write(home.path().join("wrong.toml"), text).expect("a file");
        serve(&home, &["--config", "wrong.toml"])
    };
    expect_failure(&with("log = 'warn'\nlissten = 1\n"), 2, &["wrong.toml", "lissten", "line 2"]);
    expect_failure(&with("listen = 'nowhere'\n"), 2, &["wrong.toml", "line 1"]);
    expect_failure(&with("listen = \n"), 2, &["wrong.toml", "line 1"]);
    expect_failure(&serve(&home, &["--config", "absent.toml"]), 2, &["absent.toml"]);
    expect_failure(&home.run(&["serve", "--listen", "nowhere"]), 2, &["--listen", "nowhere"]);
    expect_failure(&serve(&home, &["--no-such-option"]), 2, &["--no-such-option"]);
    expect_failure(&serve(&home, &["--log", "a=b=c"]), 2, &["a=b=c"]);
}

/// File, environment and flags, from the weakest to the strongest.
#[test]
fn the_configuration_comes_from_three_places() {
    let home = Home::new();
    std::fs::write(home.path().join("stacklets.toml"), "data = 'of-file'\nrate-limit = 1\nlog = 'warn'\n")
        .expect("a file");
    let output = Command::new(BINARY)
        .args(["config", "--rate-limit", "3"])
        .env("STACKLETS_LOG", "error")
        .env("STACKLETS_RATE_LIMIT", "2")
        .current_dir(home.path())
        .output()
        .expect("an end");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    for line in ["of-file", "rate-limit = 3", "log = \"error\""] {
        assert!(text.contains(line), "expected `{line}` in {text}");
    }
}

/// The commands about tokens work without a service too.
#[test]
fn tokens_without_a_service() {
    let home = Home::new();
    expect_failure(&home.run(&["token", "list", "--data", "data"]), 1, &["no store", "data"]);
    let made = home.run(&["token", "create", "--account", "ada", "--data", "data"]);
    let token = made.stdout.trim();
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(token.len() == 40 && token.bytes().all(digit), "expected forty digits: {made:#?}");
    let listed = home.run(&["token", "list", "--data", "data"]).stdout;
    assert!(listed.contains("ada") && listed.contains(&token[..8]) && !listed.contains(&token[8..]), "{listed}");
    let stored = std::fs::read(home.data().join("store.redb")).expect("the store");
    assert!(!contains(&stored, token.as_bytes()), "expected no token in the store, only its hash");
    expect_failure(&home.run(&["token", "revoke", "00000000", "--data", "data"]), 1, &["no token"]);
    let bad = home.run(&["token", "create", "--account", "no name", "--data", "data"]);
    expect_failure(&bad, 1, &["no name"]);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
