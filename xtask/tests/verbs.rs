//! The verbs `corpus`, `fidelity`, `exchange` and `fuzz` on small descriptions.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder for what a verb writes; it is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("methodical-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(verb: &str, out: &Folder, arguments: &[&str]) -> Output {
    run_on("corpus/manifest.tsv", verb, out, arguments)
}

fn run_on(manifest: &str, verb: &str, out: &Folder, arguments: &[&str]) -> Output {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(manifest);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg(verb).arg(manifest).arg("--out").arg(&out.0).args(arguments);
    // Much of what programs depend on is built there already.
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    command.env("CARGO_BUILD_BUILD_DIR", built);
    command.output().expect("the binary that cargo has just built starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_corpus_is_counted_and_what_failed_is_named() {
    let out = Folder::new("corpus");
    let run = |arguments: &[&str]| run("corpus", &out, arguments);
    let first = run(&[]);
    let said = text(&first);
    assert!(first.status.success(), "{said}");
    assert!(said.contains("small refused: refused: document/unsupported-version"), "{said}");
    let row = said.lines().find(|line| line.starts_with("small ")).expect("the set has a row");
    assert!(row.contains("1/2 50.0%") && row.contains("1/1 100.0%"), "{said}");
    let kept = std::fs::read_to_string(out.0.join("results/sound.json")).expect("the results are kept");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("they are JSON");
    assert_eq!(kept["generation"]["operations"], 1, "{kept:#}");
    assert!(kept["generation"]["lines"]["client"].as_u64().is_some_and(|lines| lines > 0), "{kept:#}");

    assert_eq!(run(&["--expect", "50"]).status.code(), Some(0));
    assert_eq!(run(&["--expect", "51"]).status.code(), Some(1), "fewer than that came through");
    let wrong = run(&["--only", "wrong"]);
    assert!(
        text(&wrong).lines().any(|line| line.starts_with("all ") && line.contains("1/1 100.0%")),
        "{}",
        text(&wrong)
    );
}

#[test]
fn progenitor_alone_is_counted_by_itself() {
    let out = Folder::new("progenitor");
    let output = run("corpus", &out, &["--progenitor", "--only", "sound", "--expect", "100"]);
    assert!(output.status.success(), "{}", text(&output));
    let kept = std::fs::read_to_string(out.0.join("progenitor/results/sound.json")).expect("the results are kept");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("they are JSON");
    let lines = kept["generation"]["lines"].as_object().expect("lines by crate");
    assert!(lines.len() == 1 && lines["client-progenitor"].as_u64().is_some_and(|lines| lines > 0), "{kept:#}");
}

#[test]
fn what_generates_is_compiled_once() {
    let out = Folder::new("compiled");
    let arguments = ["--compile", "--only", "sound", "--expect", "100"];
    let first = run("corpus", &out, &arguments);
    assert!(first.status.success(), "{}", text(&first));
    assert!(text(&first).contains("1 to compile; 0 unchanged"), "{}", text(&first));
    let second = run("corpus", &out, &arguments);
    assert!(second.status.success() && text(&second).contains("0 to compile; 1 unchanged"), "{}", text(&second));
}

#[test]
fn types_are_held_against_their_schemas_once() {
    let out = Folder::new("fidelity");
    let arguments = ["--only", "sound"];
    let first = run("fidelity", &out, &arguments);
    let said = text(&first);
    assert!(first.status.success() && said.contains("1 to compile and try; 0 unchanged"), "{said}");
    let all = said.lines().find(|line| line.starts_with("all ")).expect("the table has a last line");
    assert!(all.matches("100.0%").count() == 2, "{said}");
    let kept = std::fs::read_to_string(out.0.join("results/sound.json")).expect("the results are kept");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("they are JSON");
    assert!(kept["verdict"]["values"].as_u64().is_some_and(|values| values > 3), "{kept:#}");
    let second = run("fidelity", &out, &arguments);
    assert!(text(&second).contains("0 to compile and try; 1 unchanged"), "{}", text(&second));
}

#[test]
fn what_a_client_says_its_server_hears() {
    let out = Folder::new("exchange");
    let output = run_on("exchange.tsv", "exchange", &out, &["--operations", "0"]);
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    let row = |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    for style in ["path matrix explode", "query deepObject explode", "query pipeDelimited", "cookie form", "status 200"]
    {
        assert!(row(style).contains('%'), "{style} was tried: {said}");
    }
    let counts = |name: &str| {
        let counts: Vec<u64> = row(name).split_whitespace().skip(2).flat_map(str::parse).collect();
        let [calls, same, ..] = counts.as_slice() else { panic!("{said}") };
        (*calls, *same)
    };
    let (calls, same) = counts("parcels ");
    assert!(calls >= 60 && same * 100 >= calls * 95, "{said}");
    // Each answer is told from the others, whatever is declared beside it.
    let (calls, same) = counts("answers ");
    assert!(calls >= 12 && same == calls, "{said}");
}

#[test]
fn a_corpus_that_is_not_there_is_said_loudly() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.args(["corpus", "no/such/manifest.tsv"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("NOTHING WAS TRIED"), "{}", text(&output));
}

/// The program that is tried fails whenever a case holds a word, so that a failure is found, made small and kept.
#[test]
#[cfg(unix)]
fn a_failure_is_kept_and_made_small() {
    use std::os::unix::fs::PermissionsExt;
    let out = Folder::new("fuzz");
    std::fs::create_dir_all(&out.0).expect("a folder");
    let program = out.0.join("fails");
    let script = "#!/bin/sh\ngrep -q listThings openapi.yaml || exit 0\n\
                  echo \"thread 'main' panicked at a.rs:1:2:\" >&2\necho no >&2\nexit 101\n";
    std::fs::write(&program, script).expect("a program");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("that may be run");
    let arguments = ["--cases", "30", "--methodical", program.to_str().expect("a plain path")];
    let output = run("fuzz", &out, &arguments);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("30 cases; 1 ways to fail") && said.contains("panic at a.rs:1:2:"), "{said}");
    let kept = std::fs::read_dir(&out.0).expect("it is there").filter_map(Result::ok);
    let kept: Vec<_> = kept.filter(|file| file.file_name().to_string_lossy().starts_with("case-")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let small = std::fs::read_to_string(kept[0].path()).expect("it can be read");
    assert!(small.contains("listThings") && small.len() < 100, "{small}");
}
