//! A program run with a limit of time and of memory, so that a panic, an overflown stack, an abort or a hang of it is seen
//! and named, and takes nothing else with it.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Context;

/// What a program may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long a processor may work for it. Where that cannot be limited, and where it only waits, several times that by
    /// the clock: others may be at work on the same machine.
    pub(crate) time: Duration,
    /// How much memory it may ask for, in mebibytes.
    pub(crate) memory: u64,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) end: End,
    pub(crate) took: Duration,
    /// The most memory that it was seen to hold, in mebibytes; 0 where that cannot be known.
    pub(crate) peak: u64,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The ways of ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, with this code.
    Exited(i32),
    /// With a panic: where, and what it said.
    Panicked(String),
    /// By a signal, with the last that it said.
    Aborted(String),
    /// It was stopped because its time was over.
    TimedOut,
}

/// How many times its time a program may take by the clock.
const PATIENCE: u32 = 6;

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(4);

/// Runs `program`, with its output in files of `folder`.
///
/// # Errors
///
/// It cannot be started, or its output cannot be kept.
pub(crate) fn run(program: &Path, arguments: &[&str], folder: &Path, limits: Limits) -> anyhow::Result<Ended> {
    let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
    let mut command = limited(program, limits);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?).env("NO_COLOR", "1");
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("could not start {}", program.display()))?;
    let (status, peak) = wait(&mut child, limits.time * PATIENCE)?;
    let took = start.elapsed();
    let read = |path: &Path| anyhow::Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned());
    let (stdout, stderr) = (read(&stdout)?, read(&stderr)?);
    let end = status.map_or(End::TimedOut, |status| end(status, &stderr));
    Ok(Ended { end, took, peak, stdout, stderr })
}

/// The program under a shell's limits, where there is such a shell.
fn limited(program: &Path, limits: Limits) -> Command {
    if cfg!(not(unix)) {
        return Command::new(program);
    }
    let mut command = Command::new("sh");
    let (memory, time) = (limits.memory * 1024, limits.time.as_secs().max(1));
    command.args(["-c", &format!("ulimit -c 0; ulimit -v {memory}; ulimit -t {time}; exec \"$@\""), "sh"]).arg(program);
    command
}

/// The program's end, or none if it had to be stopped.
fn wait(child: &mut Child, time: Duration) -> anyhow::Result<(Option<ExitStatus>, u64)> {
    let deadline = Instant::now() + time;
    let mut peak = 0;
    loop {
        peak = peak.max(peak_of(child.id()));
        if let Some(status) = child.try_wait()? {
            return Ok((Some(status), peak));
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok((None, peak));
        }
        sleep(LOOK);
    }
}

/// Linux tells the most that a running program has held; what it has started counts too, since some programs only start another.
fn peak_of(process: u32) -> u64 {
    let started = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let below: u64 = started.split_whitespace().filter_map(|id| id.parse().ok()).map(peak_of).sum();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    below + line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or_default() / 1024
}

fn end(status: ExitStatus, stderr: &str) -> End {
    match status.code() {
        Some(101) => End::Panicked(panic(stderr)),
        Some(code) => End::Exited(code),
        None if [Some(SIGXCPU), Some(SIGKILL)].contains(&signal(status)) => End::TimedOut,
        None => {
            let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            End::Aborted(format!("{status}: {}", last.trim()))
        }
    }
}

/// What a system sends to a program whose time is over.
const SIGXCPU: i32 = 24;
const SIGKILL: i32 = 9;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// `crates/x.rs:3:4: what it said`, from what a panic prints.
fn panic(stderr: &str) -> String {
    let mut lines = stderr.lines().skip_while(|line| !line.contains("panicked at "));
    let place = lines.next().and_then(|line| line.split("panicked at ").nth(1)).unwrap_or("somewhere:");
    format!("{place} {}", lines.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expect: impl Fn(&End) -> bool) {
        let folder = std::env::temp_dir().join(format!("methodical-child-{}-{}", std::process::id(), script.len()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let limits = Limits { time: Duration::from_secs(1), memory: 512 };
        let ended = run(Path::new("sh"), &["-c", script], &folder, limits).expect("a shell");
        std::fs::remove_dir_all(&folder).expect("the folder is still there");
        assert!(expect(&ended.end), "{script}: {ended:?}");
    }

    #[test]
    #[cfg(unix)]
    fn every_end_is_named() {
        check("exit 1", |end| *end == End::Exited(1));
        check("exec sleep 30", |end| *end == End::TimedOut);
        check("while :; do :; done", |end| *end == End::TimedOut);
        check(
            "echo 'has overflowed its stack' >&2; kill -ABRT $$",
            |end| matches!(end, End::Aborted(said) if said.contains("SIGABRT") && said.ends_with("has overflowed its stack")),
        );
        check("echo \"thread 'main' panicked at a.rs:1:2:\" >&2; echo no >&2; exit 101", |end| {
            *end == End::Panicked("a.rs:1:2: no".to_owned())
        });
    }
}
