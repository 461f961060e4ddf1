//! What somebody does first: `init`, `generate`, and then everything compiles and runs.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::workspace::{Run, repository};

/// A folder with the description, as a user has one.
fn garden() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let description = repository().join("tests/toolkit/newcomer/plants.yaml");
    std::fs::copy(description, folder.path().join("plants.yaml")).expect("the description is there");
    folder
}

#[test]
fn init_writes_a_configuration_once_and_says_what_is_next() {
    let folder = garden();
    let init = Run::methodical(folder.path(), &["init", "plants.yaml"]);
    assert_eq!(init.code, Some(0), "{init:?}");
    assert!(init.stdout.contains("wrote methodical.toml for plants (plants.yaml)"), "{init:?}");
    assert!(init.stdout.ends_with("next: methodical generate\n"), "{init:?}");
    let again = Run::methodical(folder.path(), &["init", "plants.yaml"]);
    assert_eq!((again.code, again.stderr.contains("is there already")), (Some(2), true), "{again:?}");
    let forced = Run::methodical(folder.path(), &["init", "plants.yaml", "--force", "--name", "Not A Name"]);
    assert_eq!((forced.code, forced.stderr.contains("cannot be the first part")), (Some(2), true), "{forced:?}");
    let named = Run::methodical(folder.path(), &["init", "plants.yaml", "--force", "--name", "garden"]);
    assert!(named.stdout.contains("for garden"), "{named:?}");
}

#[test]
fn what_is_the_users_is_written_once() {
    let folder = garden();
    let run = |arguments: &[&str]| Run::methodical(folder.path(), arguments);
    let first = run(&["generate", "plants.yaml", "--out", "made"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.contains("next: cd made && cargo run -p plants-service"), "{first:?}");
    let handlers = folder.path().join("made/plants-service/src/handlers");
    std::fs::write(handlers.join("plants.rs"), "// mine\n").expect("it is there");
    std::fs::remove_file(handlers.join("beds.rs")).expect("it is there");
    std::fs::remove_file(folder.path().join("made/generated/plants-types/src/lib.rs")).expect("it is there");

    let second = run(&["generate", "plants.yaml", "--out", "made"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert_eq!(second.paths("created"), ["made/generated/plants-types/src/lib.rs"], "{second:?}");
    assert!(!second.stdout.contains("yours"), "{second:?}");
    assert_eq!(std::fs::read_to_string(handlers.join("plants.rs")).expect("it is there"), "// mine\n");
    assert!(!handlers.join("beds.rs").exists(), "what the user removed does not come back");

    std::fs::copy(folder.path().join("plants.yaml"), folder.path().join("other.yaml")).expect("a copy");
    let other = run(&["generate", "other.yaml", "--out", "made"]);
    assert_eq!((other.code, other.stderr.contains("is of another description")), (Some(2), true), "{other:?}");
}

#[test]
fn equal_diagnostics_are_folded_unless_all_are_asked_for() {
    let folder = garden();
    let run = |arguments: &[&str]| Run::methodical(folder.path(), arguments);
    let shown = |run: &Run| run.stderr.matches("warning[lint/example-missing]").count();
    let folded = run(&["generate", "plants.yaml", "--out", "made"]);
    assert!(folded.stderr.contains("and 1 more of lint/example-missing"), "{folded:?}");
    let all = run(&["generate", "plants.yaml", "--out", "made", "--verbose"]);
    assert_eq!((shown(&folded), shown(&all)), (3, 4), "{all:?}");
    assert!(folded.stdout.contains("4 operations, 3 types; 5 warnings"), "{folded:?}");
}

/// The whole way: the workspace compiles with the versions of this repository and without a network, the service starts, and
/// the first call reaches it.
#[test]
fn everything_compiles_and_the_first_call_reaches_the_service() {
    let folder = garden();
    assert_eq!(Run::methodical(folder.path(), &["init", "plants.yaml"]).code, Some(0));
    assert_eq!(Run::methodical(folder.path(), &["generate"]).code, Some(0));
    std::fs::copy(repository().join("Cargo.lock"), folder.path().join("Cargo.lock")).expect("it is there");
    let target = repository().join("target/newcomer");
    let mut cargo = Command::new(env!("CARGO"));
    // What this repository has built is taken, where it was built for the same features.
    for setting in ["profile.dev.debug=\"line-tables-only\"", "profile.dev.package.\"*\".debug=false"] {
        cargo.args(["--config", setting]);
    }
    // Build scripts that look at what a test is told of its package would run again, there and afterwards here.
    let is_of_this_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_this_package)) {
        cargo.env_remove(name);
    }
    cargo.args(["build", "--offline", "--workspace"]).current_dir(folder.path());
    cargo.env("CARGO_TARGET_DIR", &target).env("CARGO_BUILD_BUILD_DIR", repository().join("target"));
    let built = cargo.output().expect("cargo starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let address = free_address();
    let service = Service::start(&target.join("debug/plants-service"), &address, folder.path());
    let base = format!("https://localhost:{}/v2", address.rsplit(':').next().unwrap_or_default());
    let call = |token: &str| {
        let mut example = Command::new(target.join("debug/plants-example"));
        example.current_dir(folder.path()).env("BASE_URL", &base).env("API_TOKEN", token);
        let output = example.output().expect("the example starts");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = call("development");
    assert!(said.contains("501"), "{said}");
    let said = call("another");
    assert!(said.contains("unauthorized"), "{said}");
    drop(service);
}

/// An address that nobody listens on just now.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").to_string()
}

/// The service, as long as the test needs it.
struct Service(Child);

impl Service {
    fn start(program: &Path, address: &str, folder: &Path) -> Self {
        let mut command = Command::new(program);
        let child = command.arg(address).current_dir(folder).stdout(Stdio::null()).spawn().expect("it starts");
        let service = Self(child);
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "the service does not listen on {address}");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
