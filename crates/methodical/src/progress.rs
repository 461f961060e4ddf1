//! What a run is at, for somebody who waits: a line on standard error, if that is a terminal and it takes longer than a
//! second. It is gone before anything else is written.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long nothing is shown, and then how often the line is written anew.
const QUIET: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_millis(200);

/// The line. It is shown as long as this lives.
#[derive(Debug, Default)]
pub struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Shows what is being done, if anybody looks.
    #[must_use]
    pub fn start(what: impl Into<String>) -> Self {
        if !stderr().is_terminal() {
            return Self::default();
        }
        let what = what.into();
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            let mut wait = QUIET;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                write(&format!("\r\x1b[K{what} ... {} s", start.elapsed().as_secs()));
                wait = BEAT;
            }
            write("\r\x1b[K");
        });
        Self(Some((stop, thread)))
    }
}

/// If nothing can be written there, nobody waits for it.
fn write(text: &str) {
    let mut stderr = stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}
