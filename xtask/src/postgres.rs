//! A PostgreSQL server for the tests and the benchmarks: of the programs that are installed, in a temporary folder, on a
//! socket in it and on no port, and gone when the tests have ended, however they did.
//!
//! A shell keeps it. It reads from a pipe whose other end this process has, so it learns of our end whatever that was, stops
//! the server and removes the folder. PostgreSQL refuses to run as root; then it runs as another user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The variable by which tests are told the URL of the server. A test makes a database of its own there.
pub(crate) const URL: &str = "METHODICAL_POSTGRES";

/// The variable by which tests that are the same on both stores are told to use this one: `postgres`.
pub(crate) const STORE: &str = "METHODICAL_STORE";

/// Where Debian has the programs, a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for its end by that of its input, whoever it was that ended.
const KEEP: &str = r#"
    trap '' INT TERM HUP
    "$@" -D "$DATA" -k "$FOLDER" -c listen_addresses= -c max_connections=400 $SETTINGS >"$FOLDER/log" 2>&1 &
    server=$!
    cat >/dev/null
    kill -INT $server
    wait $server
    rm -rf "$FOLDER"
"#;

/// What becomes of what the server has acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing of it need survive, so nothing waits for a disk.
    None,
    /// It survives, as on a server that matters: what is measured without that is worth nothing.
    Full,
}

impl Durability {
    fn settings(self) -> &'static str {
        match self {
            Durability::None => {
                "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=64MB \
                 -c max_wal_size=256MB"
            }
            Durability::Full => "-c shared_buffers=256MB",
        }
    }
}

/// A running server. Dropped, it is stopped and removed.
pub(crate) struct Postgres {
    keeper: Child,
    pub(crate) url: String,
}

/// The folder of the programs, if they are installed.
pub(crate) fn programs() -> Option<PathBuf> {
    let has_them = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(has_them);
    // Links there lead to the folder where the programs find their other files.
    let on_path = on_path.and_then(|folder| Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_owned()));
    on_path.or_else(|| {
        let versions = fs::read_dir(DEBIAN).ok()?.filter_map(Result::ok);
        let folders = versions.map(|version| version.path().join("bin")).filter(has_them);
        folders.max_by_key(|folder| version_of(folder))
    })
}

/// `/usr/lib/postgresql/15/bin`.
fn version_of(folder: &Path) -> u32 {
    let version = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    version.and_then(|name| name.parse().ok()).unwrap_or_default()
}

impl Postgres {
    /// Starts one, if the programs are installed.
    ///
    /// # Errors
    ///
    /// They are installed and do not work.
    pub(crate) fn start(durability: Durability) -> anyhow::Result<Option<Postgres>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        println!("starting a PostgreSQL server ({})", programs.display());
        let folder = std::env::temp_dir().join(format!("methodical-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("could not make {}", folder.display()))?;
        let started = Self::start_in(&programs, &folder, durability);
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started.map(Some)
    }

    fn start_in(programs: &Path, folder: &Path, durability: Durability) -> anyhow::Result<Postgres> {
        let user = Account::of(folder)?;
        let data = folder.join("data");
        let mut initdb = user.command(&programs.join("initdb"));
        initdb.args(["--username=methodical", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        let output = initdb.arg(&data).current_dir(folder).output().context("could not start initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let server = user.command(&programs.join("postgres"));
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEP, "sh"]).arg(server.get_program()).args(server.get_args());
        keeper
            .env("FOLDER", folder)
            .env("DATA", &data)
            .env("SETTINGS", durability.settings())
            .current_dir(folder)
            .stdin(Stdio::piped());
        let socket = folder.display().to_string().replace('%', "%25").replace('/', "%2F");
        let url = format!("postgres://methodical@{socket}/postgres");
        let postgres = Postgres { keeper: keeper.spawn().context("could not start a shell")?, url };
        wait_until_ready(programs, folder)?;
        Ok(postgres)
    }
}

fn wait_until_ready(programs: &Path, folder: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let ready = Command::new(programs.join("pg_isready")).arg("-q").arg("-h").arg(folder).status();
        if ready.context("could not start pg_isready")?.success() {
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    bail!("the PostgreSQL server does not start: {log}")
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Who runs the server.
enum Account {
    Ours,
    Other(&'static str),
}

impl Account {
    /// Ours, unless it is root: then another, which is given the folder.
    fn of(folder: &Path) -> anyhow::Result<Account> {
        if answer("id", &["-u"])? != "0" {
            return Ok(Account::Ours);
        }
        let user = if answer("id", &["-u", "postgres"]).is_ok() { "postgres" } else { "nobody" };
        let owned = Command::new("chown").arg(user).arg(folder).status().context("could not start chown")?;
        if owned.success() { Ok(Account::Other(user)) } else { bail!("could not give {} to {user}", folder.display()) }
    }

    fn command(&self, program: &Path) -> Command {
        match self {
            Account::Ours => Command::new(program),
            Account::Other(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", if *user == "nobody" { "nogroup" } else { user }]);
                command.arg("--clear-groups").arg(program);
                command
            }
        }
    }
}

fn answer(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| format!("could not start {program}"))?;
    if !output.status.success() {
        bail!("{program} failed");
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
