//! A service of one test's own: the binary as a child process on a free port, with its data in a
//! temporary folder, and what it wrote, which is printed if the test fails.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::postgres;

/// How long anything may take that has to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_stacklets");

/// The path that all operations stand below.
pub(crate) const PREFIX: &str = "/v1";

/// Far beyond what any test sends, so that only the test of the limit meets it.
const NO_LIMIT: &str = "100000000";

/// A running service.
pub(crate) struct Service {
    home: Home,
    child: Child,
    output: Output,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    arguments: Vec<String>,
}

/// The folder that a service runs in; outlives the process, so that another may be started on it.
pub(crate) struct Home {
    folder: TempDir,
    /// Where its store is, if not in this folder.
    store: Option<String>,
}

/// What a process has written so far, both of its streams together.
#[derive(Clone, Default)]
pub(crate) struct Output(Arc<Mutex<String>>);

impl Home {
    /// An empty one. Its store is in it, or on PostgreSQL if the tester wants that.
    pub(crate) fn new() -> Home {
        Home::with_store(postgres::is_wanted().then(postgres::new_store))
    }

    /// An empty one with a store on PostgreSQL, where there is a server.
    pub(crate) fn on_postgres(test: &str) -> Option<Home> {
        postgres::is_there(test).then(|| Home::with_store(Some(postgres::new_store())))
    }

    /// Another one with the same store, which must be on PostgreSQL.
    pub(crate) fn beside(&self) -> Home {
        Home::with_store(self.store.clone())
    }

    fn with_store(store: Option<String>) -> Home {
        let folder = tempfile::Builder::new().prefix("stacklets-").tempdir().expect("a temporary folder");
        Home { folder, store }
    }

    /// The URL of its store, if that is not in this folder.
    pub(crate) fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// The working folder of the process.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// The certificate that clients are to trust.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.data().join("dev-cert.pem")
    }

    /// The program in this folder, with nothing of the tester's own environment that could change
    /// what it does.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("STACKLETS_") {
                command.env_remove(name);
            }
        }
        if let Some(store) = &self.store {
            command.env("STACKLETS_STORE", store);
        }
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end, which has to come.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
        let (stdout, stderr) = (Output::default(), Output::default());
        let readers = [
            stdout.collect(child.stdout.take().expect("a pipe")),
            stderr.collect(child.stderr.take().expect("a pipe")),
        ];
        let status = wait(&mut child).unwrap_or_else(|| {
            child.kill().ok();
            panic!("expected `stacklets {}` to end\n{}", arguments.join(" "), stderr.text())
        });
        for reader in readers {
            reader.join().expect("a reader that does not panic");
        }
        Finished { code: status.code(), stdout: stdout.text(), stderr: stderr.text() }
    }

    /// Starts the service on a free port and waits until it serves.
    pub(crate) fn start(self, arguments: &[&str]) -> Service {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Service::launch(self, arguments)
    }
}

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn collect(&self, stream: impl Read + Send + 'static) -> std::thread::JoinHandle<()> {
        let output = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let mut text = output.0.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
            }
        })
    }
}

impl Service {
    /// A new service with an empty store.
    pub(crate) fn start() -> Service {
        Home::new().start(&[])
    }

    fn launch(home: Home, arguments: Vec<String>) -> Service {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--data", "data"];
        if !arguments.iter().any(|argument| argument == "--rate-limit") {
            all.extend(["--rate-limit", NO_LIMIT]);
        }
        all.extend(arguments.iter().map(String::as_str));
        let mut command = home.command(&all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a child");
        let output = Output::default();
        output.collect(child.stdout.take().expect("a pipe"));
        output.collect(child.stderr.take().expect("a pipe"));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut service = Service { home, child, output, address, token: String::new(), arguments };
        service.wait_until_it_serves();
        service
    }

    /// It says where, once all is ready. At its first start there is a token by then.
    fn wait_until_it_serves(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let text = self.log();
            if let Some(address) = text.lines().find_map(|line| line.strip_prefix("serving https://")) {
                self.address = address.parse().expect("an address");
                let token = std::fs::read_to_string(self.home.data().join("dev-token"));
                self.token = token.unwrap_or_default().trim().to_owned();
                return;
            }
            if let Some(status) = self.child.try_wait().expect("a child that can be asked") {
                panic!("expected a service that runs; it ended with {status}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("expected a service that serves within {PATIENCE:?}");
    }

    /// Another instance over the same store, which must be on PostgreSQL. Its token is ours.
    pub(crate) fn start_beside(&self, arguments: &[&str]) -> Service {
        let mut other = self.home.beside().start(arguments);
        other.token.clone_from(&self.token);
        other
    }

    /// Where it runs.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// The URL of a path of the contract. `localhost`, as the certificate names it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{PREFIX}{path}", self.address.port())
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        self.output.text()
    }

    /// `kill -9`, and nothing running any more.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a child that can be killed");
        self.child.wait().expect("a child that can be waited for");
    }

    /// `kill -9`, and the same service again on the same data.
    pub(crate) fn kill_and_restart(mut self) -> Service {
        self.kill();
        self.restart()
    }

    /// Another run on the same data, with other arguments.
    pub(crate) fn restart_with(mut self, arguments: &[&str]) -> Service {
        self.kill();
        self.arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        self.restart()
    }

    /// The same service again on the same data; it must have ended.
    pub(crate) fn restart(mut self) -> Service {
        let home = std::mem::replace(&mut self.home, Home::new());
        let arguments = std::mem::take(&mut self.arguments);
        drop(self);
        Service::launch(home, arguments)
    }

    /// Asks it to end by a signal: `TERM` as a supervisor does, or `INT` as a terminal does.
    pub(crate) fn ask_to_stop(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(status.success(), "expected `{kill}` to succeed");
    }

    /// Waits for the end that was asked for.
    pub(crate) fn wait_until_it_ends(&mut self) -> ExitStatus {
        wait(&mut self.child).unwrap_or_else(|| panic!("expected a service that ends within {PATIENCE:?}"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            eprintln!("what the service wrote:\n{}", tail(&self.log()));
        }
    }
}

/// The end of a long text: what went wrong stands there.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

fn wait(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().expect("a child that can be asked") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}

/// An address that nothing listens on at present.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("a bound port")
}
