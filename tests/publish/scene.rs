//! A repository whose crates are published, a registry, and projects that know nothing but that.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::registry::{NAME, Registry, TOKEN};

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("it is there")
}

/// Where builds and cargo's home are kept from one run to the next, so that dependencies are built once.
fn kept() -> PathBuf {
    repository().join("target/publish")
}

/// A scene. One is played at a time: what is built is shared.
pub(crate) struct Scene {
    folder: TempDir,
    pub(crate) registry: Registry,
    _turn: File,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const CONFIGURATION: &str = r#"[[api]]
name = "shop"
description = "openapi.yaml"
output = "generated"

[api.package]
version = "0.1.0"
license = "MIT OR Apache-2.0"
license-files = ["LICENSE-MIT", "LICENSE-APACHE"]
repository = "https://git.example/shop"
keywords = ["shop"]
registry = "local"

[api.runtime]
registry = "local"
"#;

impl Scene {
    /// A shop in a repository of git, whose crates have never been published, and a registry that has the runtimes.
    pub(crate) fn shop() -> Scene {
        let scene = Scene::empty();
        let contract = fs::read_to_string(repository().join("tests/semver/shop.yaml")).expect("it is there");
        scene.begin(CONFIGURATION, &[("openapi.yaml".to_owned(), contract)]);
        scene
    }

    /// A repository of git, with all that belongs to a first version.
    pub(crate) fn begin(&self, configuration: &str, contracts: &[(String, String)]) {
        self.publish_runtimes();
        self.write("methodical.toml", configuration);
        contracts.iter().for_each(|(file, text)| self.write(file, text));
        for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
            self.copy(license, license);
        }
        self.write(".gitignore", "/target\n/consumers\n/runtimes\n/archives\n");
        self.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"generated/*\"]\n");
        // Third parties are taken at the versions that this repository is tested with.
        self.copy("Cargo.lock", "Cargo.lock");
        self.git(&["init", "--quiet", "--initial-branch", "main"]);
        let first = self.methodical(&["review", "--write"]);
        assert_eq!(first.code, Some(0), "{first:?}");
        self.settle();
    }

    /// A folder and a registry with nothing in them.
    pub(crate) fn empty() -> Scene {
        fs::create_dir_all(kept()).expect("a folder for what is kept");
        let turn = File::create(kept().join("lock")).expect("a file for whose turn it is");
        turn.lock().expect("its turn comes");
        prepare_home();
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Registry::serve(&folder.path().join("archives"));
        let scene = Scene { folder, registry, _turn: turn };
        let index = scene.registry.index();
        scene.write(".cargo/config.toml", &format!("[registries.{NAME}]\nindex = \"{index}\"\n"));
        scene
    }

    /// The runtimes as this repository has them. Those who mirror them have to say where they look for each other.
    fn publish_runtimes(&self) {
        let folder = self.path("runtimes");
        for name in ["wire", "client", "server"] {
            copy_folder(&repository().join("crates").join(name), &folder.join("crates").join(name));
        }
        let manifest = fs::read_to_string(repository().join("Cargo.toml")).expect("it is there");
        let manifest = manifest
            .lines()
            .map(|line| match line {
                members if members.starts_with("members = ") => "members = [\"crates/*\"]".to_owned(),
                runtime if runtime.contains("path = \"crates/wire\"") => {
                    runtime.replace(" }", ", registry = \"local\" }")
                }
                other => other.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("\n");
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        let configuration = "api = []\n[publish]\ncrates = [\"crates/wire\", \"crates/client\", \"crates/server\"]\n";
        fs::write(folder.join("methodical.toml"), configuration).expect("a configuration");
        let updated = self.cargo_in(&folder, &["update", "--workspace", "--quiet"]);
        assert!(updated.code == Some(0), "{updated:?}");
        let run = self.methodical_in(&folder, &["publish", "--registry", NAME, "--no-verify"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }

    /// All crates at once, as cargo does it: where what is published matters, and not by whom.
    pub(crate) fn publish_all(&self) {
        let arguments = ["publish", "--workspace", "--no-verify", "--registry", NAME, "--quiet"];
        let run = self.cargo_in(self.folder.path(), &arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder for it");
        fs::write(path, text).expect("it can be written");
    }

    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    fn copy(&self, from: &str, to: &str) {
        fs::copy(repository().join(from), self.path(to)).expect("it can be copied");
    }

    /// Everything is committed, and the lock file is up to date.
    pub(crate) fn settle(&self) {
        let updated = self.cargo_in(self.folder.path(), &["update", "--workspace", "--quiet"]);
        assert_eq!(updated.code, Some(0), "{updated:?}");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "As it is"]);
    }

    /// The same, after the crates have been generated.
    pub(crate) fn settle_generated(&self) {
        let generated = self.methodical(&["generate"]);
        assert_eq!(generated.code, Some(0), "{generated:?}");
        self.settle();
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]);
        let run = Run::of(command.args(arguments).output().expect("git is there"));
        assert_eq!(run.code, Some(0), "git {arguments:?}: {run:?}");
        run
    }

    pub(crate) fn methodical(&self, arguments: &[&str]) -> Run {
        self.methodical_in(self.folder.path(), arguments)
    }

    /// With a token that may be another than the registry knows.
    pub(crate) fn with_token(&self, token: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_methodical"));
        self.run(command.args(arguments).current_dir(self.folder.path()), &kept().join("target"), token)
    }

    fn methodical_in(&self, folder: &Path, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_methodical"));
        let run = self.run(command.args(arguments).current_dir(folder), &kept().join("target"), TOKEN);
        assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN), "the token shows: {run:?}");
        run
    }

    fn cargo_in(&self, folder: &Path, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO"));
        self.run(command.args(arguments).current_dir(folder), &kept().join("target/methodical/verified"), TOKEN)
    }

    fn run(&self, command: &mut Command, target: &Path, token: &str) -> Run {
        command
            .env("CARGO_HOME", kept().join("home"))
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_REGISTRIES_LOCAL_TOKEN", token)
            .env("CARGO_NET_RETRY", "0")
            .env("CARGO_TERM_COLOR", "never")
            .env("GIT_COMMITTER_NAME", "A")
            .env("GIT_COMMITTER_EMAIL", "a@example.com")
            .env_remove("NO_COLOR")
            .env_remove("RUSTFLAGS");
        Run::of(command.output().expect("it starts"))
    }

    /// Checks a project that knows only the registry, anew.
    pub(crate) fn check_consumer(&self, dependencies: &str, code: &str) -> Run {
        let manifest = format!(
            "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}"
        );
        let folder = self.path("consumers/one");
        self.write("consumers/one/Cargo.toml", &manifest);
        self.write("consumers/one/src/lib.rs", code);
        self.copy("Cargo.lock", "consumers/one/Cargo.lock");
        self.cargo_in(&folder, &["check", "--quiet"])
    }

    /// Checks a workspace of such projects to its end, whichever of them fail.
    pub(crate) fn check_consumers(&self) -> Run {
        self.copy("Cargo.lock", "consumers/Cargo.lock");
        self.cargo_in(&self.path("consumers"), &["check", "--workspace", "--keep-going"])
    }

    /// What was said, with what is different each time made the same.
    pub(crate) fn said(&self, run: &Run) -> String {
        let text = format!("{}{}", run.stdout, run.stderr);
        let folder = fs::canonicalize(self.folder.path()).expect("it is there").display().to_string();
        let index = self.registry.index();
        let url = index.trim_start_matches("sparse+").trim_end_matches('/').to_owned();
        let text = text.replace(&folder, "SHOP").replace(&self.folder.path().display().to_string(), "SHOP");
        text.replace(&kept().display().to_string(), "KEPT").replace(&url, "URL")
    }
}

impl Run {
    fn of(output: Output) -> Run {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// A home for cargo that begins with what the real one has of other registries, and ends up with nothing in that one.
fn prepare_home() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        let home = kept().join("home");
        let real = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let real = real.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).expect("cargo has a home");
        for part in ["index", "cache", "src"] {
            let ours = home.join("registry").join(part);
            fs::create_dir_all(&ours).expect("a folder");
            for entry in fs::read_dir(&ours).expect("a folder").flatten() {
                if entry.file_name().to_string_lossy().starts_with("127.0.0.1-") {
                    fs::remove_dir_all(entry.path()).expect("it was ours");
                }
            }
            for entry in fs::read_dir(real.join("registry").join(part)).into_iter().flatten().flatten() {
                let link = ours.join(entry.file_name());
                if !link.exists() && !entry.file_name().to_string_lossy().starts_with("127.0.0.1-") {
                    link_folder(&entry.path(), &link);
                }
            }
        }
        for name in ["config.toml", "config"] {
            if real.join(name).is_file() {
                fs::copy(real.join(name), home.join(name)).expect("it can be copied");
            }
        }
        forget_builds();
    });
}

/// What was built of crates of another run's registry is of no use to this one.
fn forget_builds() {
    let debug = kept().join("target/methodical/verified/debug");
    for part in ["deps", ".fingerprint", "build", "incremental"] {
        for entry in fs::read_dir(debug.join(part)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().trim_start_matches("lib").to_owned();
            if ["shop", "methodical", "consumer"].iter().any(|ours| name.starts_with(ours)) {
                let path = entry.path();
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.expect("it was ours");
            }
        }
    }
}

#[cfg(unix)]
fn link_folder(from: &Path, to: &Path) {
    std::os::unix::fs::symlink(from, to).expect("a link");
}

#[cfg(not(unix))]
fn link_folder(from: &Path, to: &Path) {
    copy_folder(from, to);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("it is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it can be copied");
        }
    }
}
