//! The service as it is installed: the `stacklets` binary, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::Context as _;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;

use crate::load::Target;
use crate::local;

/// A running instance; killed when this is dropped.
pub(crate) struct Instance {
    child: Child,
    pub(crate) target: Target,
    _folder: Arc<TempDir>,
}

/// The binary beside this one: the verb that runs the benchmarks has built both.
fn binary() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("stacklets");
    anyhow::ensure!(
        path.exists(),
        "there is no {}: build it by `cargo build --release -p stacklets-service`",
        path.display()
    );
    Ok(path)
}

impl Instance {
    /// Starts one; on PostgreSQL if a URL is given, otherwise on an embedded store of its own. Without a token of an
    /// instance before it, it makes one.
    pub(crate) fn start(store: Option<&str>, token: Option<&str>) -> anyhow::Result<Instance> {
        let folder = TempDir::new()?;
        let mut command = Command::new(binary()?);
        command.current_dir(folder.path()).args(["serve", "--listen", "127.0.0.1:0", "--data", "data"]);
        command.args(["--rate-limit", "100000000"]).env("STACKLETS_LOG", "error");
        if let Some(store) = store {
            command.args(["--store", store]);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = BufReader::new(child.stdout.take().context("its output")?);
        let mut port = None;
        for line in stdout.lines() {
            if let Some(address) = line?.strip_prefix("serving https://") {
                port = Some(address.rsplit(':').next().context("a port")?.parse()?);
                break;
            }
        }
        let port = port.context("the service ended before it served")?;
        let data = folder.path().join("data");
        let token = match token {
            Some(token) => token.to_owned(),
            None => make_token(folder.path(), store)?,
        };
        let certificate = CertificateDer::from_pem_file(data.join("dev-cert.pem"))?;
        let tls = local::trusting(vec![certificate])?;
        Ok(Instance { child, target: Target { port, token, tls }, _folder: Arc::new(folder) })
    }

    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// What it holds of memory, in KiB.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("its size")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn make_token(folder: &Path, store: Option<&str>) -> anyhow::Result<String> {
    let mut command = Command::new(binary()?);
    command.current_dir(folder).args(["token", "create", "--data", "data"]);
    if let Some(store) = store {
        command.args(["--store", store]);
    }
    let output = command.output()?;
    anyhow::ensure!(output.status.success(), "no token: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let token = text.split_whitespace().find(|word| word.len() == 40).context("a token")?;
    Ok(token.to_owned())
}
