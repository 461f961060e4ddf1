//! What the service is told: flags, environment and `stacklets.toml`, in this order of precedence.
//!
//! One struct, [`Settings`], is read from all three, so a key of the file is the name of the flag
//! and neither can drift from the other. [`Config`] is what comes out: complete, with defaults.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use jiff::SignedDuration;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::store::{Address, AddressError, Place};

/// What the contract says (`within: PT10M`).
const LATEST_DEADLINE: SignedDuration = SignedDuration::from_mins(10);

/// The file that is read where it exists and no `--config` names another.
pub const DEFAULT_FILE: &str = "stacklets.toml";

/// What may be set; each by a flag, by a variable `STACKLETS_…`, or by the key of the same name in
/// the file.
#[derive(Debug, Clone, Default, PartialEq, clap::Args, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Folder of the store, the development certificate and the development token
    /// [default: ./stacklets-data]
    #[arg(long, global = true, value_name = "DIR", env = "STACKLETS_DATA", hide_env = true)]
    pub data: Option<PathBuf>,

    /// Database that several instances may share, as in postgres://USER:PASSWORD@SERVER/DATABASE; the
    /// password may come from PGPASSWORD instead [default: a file in the data folder]
    #[arg(long, global = true, value_name = "URL", env = "STACKLETS_STORE", hide_env = true)]
    pub store: Option<StoreUrl>,

    /// Address and port for HTTPS [default: 127.0.0.1:8443]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "STACKLETS_LISTEN", hide_env = true, value_parser = parse_address)]
    #[serde(deserialize_with = "address")]
    pub listen: Option<SocketAddr>,

    /// A plain HTTP port that serves nothing and tells each caller to use HTTPS [default: none]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "STACKLETS_PLAINTEXT_LISTEN", hide_env = true, value_parser = parse_address)]
    #[serde(deserialize_with = "address")]
    pub plaintext_listen: Option<SocketAddr>,

    /// A plain HTTP port for operators with /livez, /readyz and /metrics [default: none]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "STACKLETS_OBSERVE_LISTEN", hide_env = true, value_parser = parse_address)]
    #[serde(deserialize_with = "address")]
    pub observe_listen: Option<SocketAddr>,

    /// Certificate chain, PEM [default: a self-signed development certificate in the data folder]
    #[arg(long, global = true, value_name = "FILE", env = "STACKLETS_TLS_CERT", hide_env = true)]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate, PEM, not encrypted
    #[arg(long, global = true, value_name = "FILE", env = "STACKLETS_TLS_KEY", hide_env = true)]
    pub tls_key: Option<PathBuf>,

    /// Requests that may be made with a token in a minute [default: 6000]
    #[arg(long, global = true, value_name = "REQUESTS", env = "STACKLETS_RATE_LIMIT", hide_env = true)]
    pub rate_limit: Option<u32>,

    /// Seconds that requests in progress get to finish at shutdown [default: 10]
    #[arg(long, global = true, value_name = "SECONDS", env = "STACKLETS_SHUTDOWN_DEADLINE", hide_env = true)]
    pub shutdown_deadline: Option<u64>,

    /// How long the simulated work of a task takes, as in `250ms` or `1m` [default: 1s]
    #[arg(long, global = true, value_name = "DURATION", env = "STACKLETS_TASK_DURATION", hide_env = true, value_parser = parse_duration)]
    #[serde(with = "optional_duration")]
    pub task_duration: Option<SignedDuration>,

    /// After how long a task is given up that has not ended, 10m at most [default: 10m]
    #[arg(long, global = true, value_name = "DURATION", env = "STACKLETS_TASK_DEADLINE", hide_env = true, value_parser = parse_duration)]
    #[serde(with = "optional_duration")]
    pub task_deadline: Option<SignedDuration>,

    /// What is logged to standard error, e.g. `warn` or `info,methodical_server=debug`
    /// [default: info]
    #[arg(long, global = true, value_name = "FILTER", env = "STACKLETS_LOG", hide_env = true)]
    pub log: Option<String>,

    /// How log lines are written: `human` or `json` [default: human]
    #[arg(
        hide_possible_values = true,
        long,
        global = true,
        value_name = "FORMAT",
        env = "STACKLETS_LOG_FORMAT",
        hide_env = true
    )]
    pub log_format: Option<LogFormat>,
}

/// Where the store is, as it was given. There may be a password in it, so it is not shown, and it is
/// read only when nothing else can show it (the parser of the command line repeats what it refuses).
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct StoreUrl(String);

impl FromStr for StoreUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<StoreUrl, Infallible> {
        Ok(StoreUrl(text.to_owned()))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoreUrl(…)")
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For a person at a terminal.
    Human,
    /// One JSON object a line, for machines.
    Json,
}

/// Everything the service is told, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Folder of what the service keeps on this machine: the certificate, the admin socket, and the
    /// store unless it is elsewhere.
    pub data: PathBuf,
    /// Where the store is.
    pub store: Place,
    /// Where HTTPS is served.
    pub listen: SocketAddr,
    /// Where plain HTTP is refused.
    pub plaintext_listen: Option<SocketAddr>,
    /// Where operators ask for health and numbers.
    pub observe_listen: Option<SocketAddr>,
    /// Where the certificate comes from.
    pub certificate: CertificateSource,
    /// Requests that may be made with a token in a minute.
    pub rate_limit: u32,
    /// How long requests in progress get to finish at shutdown.
    pub shutdown_deadline: Duration,
    /// How long the work of a task takes.
    pub task_duration: SignedDuration,
    /// When a task is given up.
    pub task_deadline: SignedDuration,
    /// The `tracing` filter.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateSource {
    /// Self-signed, made by the service in its data folder.
    Development,
    /// Given by the operator.
    Files {
        /// The chain, leaf first.
        certificate: PathBuf,
        /// The leaf's private key.
        key: PathBuf,
    },
}

/// A configuration that cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file named by `--config` is not there or not readable.
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key or a value of the wrong type.
    #[error("the configuration file {} is wrong", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// With line, column and excerpt.
        source: Mistake,
    },
    /// Not an address of a store.
    #[error("`store` is no address of a database")]
    Store(#[source] AddressError),
    /// Later than the contract says.
    #[error("`task-deadline` is longer than 10 minutes, within which the contract promises that a task has ended")]
    TaskDeadline,
    /// One of `tls-cert` and `tls-key` without the other.
    #[error("`{given}` is set but `{missing}` is not: set both, or neither for a self-signed development certificate")]
    HalfACertificate {
        /// The one that is set.
        given: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
}

/// What is wrong with a file, without the passwords in the excerpt.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Mistake(String);

impl Mistake {
    fn of(error: &toml::de::Error) -> Mistake {
        let text = error.to_string();
        let lines = text.split_inclusive('\n').map(|line| match (line.find("://"), line.rfind('@')) {
            (Some(begin), Some(end)) if begin < end => format!("{}…{}", &line[..begin + 3], &line[end..]),
            _ => line.to_owned(),
        });
        Mistake(lines.collect())
    }
}

impl Config {
    /// Reads the file (`file`, or [`DEFAULT_FILE`] where that exists) and puts `flags`, which
    /// already contain the environment, above it.
    pub fn load(file: Option<&Path>, flags: Settings) -> Result<Config, ConfigError> {
        let below = match file {
            Some(path) => Settings::read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => Settings::read(Path::new(DEFAULT_FILE))?,
            None => Settings::default(),
        };
        flags.over(below).complete()
    }

    /// The configuration as a file that would lead to it.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let (tls_cert, tls_key) = match &self.certificate {
            CertificateSource::Development => (None, None),
            CertificateSource::Files { certificate, key } => (Some(certificate.clone()), Some(key.clone())),
        };
        let store = match &self.store {
            Place::Folder(_) => None,
            // Without the password.
            Place::Server(address) => Some(StoreUrl(address.to_string())),
        };
        toml::to_string(&Settings {
            data: Some(self.data.clone()),
            store,
            listen: Some(self.listen),
            plaintext_listen: self.plaintext_listen,
            observe_listen: self.observe_listen,
            tls_cert,
            tls_key,
            rate_limit: Some(self.rate_limit),
            shutdown_deadline: Some(self.shutdown_deadline.as_secs()),
            task_duration: Some(self.task_duration),
            task_deadline: Some(self.task_deadline),
            log: Some(self.log.clone()),
            log_format: Some(self.log_format),
        })
    }
}

impl Settings {
    /// Reads a file. A relative path in it means: beside the file, so that a configuration works
    /// from whatever folder the service is started in.
    pub fn read(path: &Path) -> Result<Settings, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut settings: Settings = toml::from_str(&text)
            .map_err(|source| ConfigError::Malformed { path: path.to_owned(), source: Mistake::of(&source) })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for entry in [&mut settings.data, &mut settings.tls_cert, &mut settings.tls_key] {
            *entry = entry.take().map(|relative| folder.join(relative));
        }
        Ok(settings)
    }

    fn over(self, below: Settings) -> Settings {
        Settings {
            data: self.data.or(below.data),
            store: self.store.or(below.store),
            listen: self.listen.or(below.listen),
            plaintext_listen: self.plaintext_listen.or(below.plaintext_listen),
            observe_listen: self.observe_listen.or(below.observe_listen),
            tls_cert: self.tls_cert.or(below.tls_cert),
            tls_key: self.tls_key.or(below.tls_key),
            rate_limit: self.rate_limit.or(below.rate_limit),
            shutdown_deadline: self.shutdown_deadline.or(below.shutdown_deadline),
            task_duration: self.task_duration.or(below.task_duration),
            task_deadline: self.task_deadline.or(below.task_deadline),
            log: self.log.or(below.log),
            log_format: self.log_format.or(below.log_format),
        }
    }

    fn complete(self) -> Result<Config, ConfigError> {
        let certificate = match (self.tls_cert, self.tls_key) {
            (None, None) => CertificateSource::Development,
            (Some(certificate), Some(key)) => CertificateSource::Files { certificate, key },
            (Some(_), None) => return Err(half("tls-cert", "tls-key")),
            (None, Some(_)) => return Err(half("tls-key", "tls-cert")),
        };
        let task_deadline = self.task_deadline.unwrap_or(LATEST_DEADLINE);
        if task_deadline > LATEST_DEADLINE {
            return Err(ConfigError::TaskDeadline);
        }
        let data = self.data.unwrap_or_else(|| PathBuf::from("stacklets-data"));
        let store = match &self.store {
            None => Place::Folder(data.clone()),
            Some(StoreUrl(url)) => Place::Server(Box::new(Address::parse(url).map_err(ConfigError::Store)?)),
        };
        Ok(Config {
            data,
            store,
            listen: self.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8443))),
            plaintext_listen: self.plaintext_listen,
            observe_listen: self.observe_listen,
            certificate,
            rate_limit: self.rate_limit.unwrap_or(6000),
            shutdown_deadline: Duration::from_secs(self.shutdown_deadline.unwrap_or(10)),
            task_duration: self.task_duration.unwrap_or(SignedDuration::from_secs(1)),
            task_deadline,
            log: self.log.unwrap_or_else(|| "info".to_owned()),
            log_format: self.log_format.unwrap_or(LogFormat::Human),
        })
    }
}

/// An address, not a name: which of a name's addresses was meant would be a guess.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an address and a port, as in 127.0.0.1:8443 or [::]:8443"))
}

fn parse_duration(text: &str) -> Result<SignedDuration, String> {
    match text.parse::<SignedDuration>() {
        Ok(duration) if !duration.is_negative() => Ok(duration),
        Ok(_) => Err("a duration cannot be negative".to_owned()),
        Err(_) => Err(format!("`{text}` is not a duration, as in 250ms, 1s or 10m")),
    }
}

/// Durations in the file, as they are written in a flag.
mod optional_duration {
    use jiff::SignedDuration;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::parse_duration;

    pub(super) fn serialize<S: Serializer>(duration: &Option<SignedDuration>, to: S) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => to.collect_str(&format_args!("{duration:#}")),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SignedDuration>, D::Error> {
        parse_duration(&String::deserialize(from)?).map(Some).map_err(D::Error::custom)
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    parse_address(&String::deserialize(from)?).map(Some).map_err(D::Error::custom)
}

fn half(given: &'static str, missing: &'static str) -> ConfigError {
    ConfigError::HalfACertificate { given, missing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;

    /// The configuration that `text` leads to, or what is wrong with it.
    fn check(text: &str, flags: Settings) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stacklets.toml");
        std::fs::write(&file, text).unwrap();
        let outcome = match Config::load(Some(&file), flags) {
            Ok(config) => config.to_toml().unwrap(),
            Err(error) => Chain(&error).to_string(),
        };
        outcome.replace(&folder.path().display().to_string(), "FOLDER")
    }

    #[test]
    fn defaults() {
        insta::assert_snapshot!(check("", Settings::default()), @r#"
        data = "stacklets-data"
        listen = "127.0.0.1:8443"
        rate-limit = 6000
        shutdown-deadline = 10
        task-duration = "1s"
        task-deadline = "10m"
        log = "info"
        log-format = "human"
        "#);
    }

    #[test]
    fn flags_go_before_the_file_whose_paths_are_beside_it() {
        let flags = Settings {
            listen: Some(SocketAddr::from(([0, 0, 0, 0], 443))),
            tls_key: Some(PathBuf::from("given/key.pem")),
            ..Settings::default()
        };
        let file = r#"
            data = "data"
            listen = "127.0.0.1:1"
            tls-cert = "/etc/cert.pem"
            tls-key = "key.pem"
            rate-limit = 5
            log-format = "json"
        "#;
        insta::assert_snapshot!(check(file, flags), @r#"
        data = "FOLDER/data"
        listen = "0.0.0.0:443"
        tls-cert = "/etc/cert.pem"
        tls-key = "given/key.pem"
        rate-limit = 5
        shutdown-deadline = 10
        task-duration = "1s"
        task-deadline = "10m"
        log = "info"
        log-format = "json"
        "#);
    }

    #[test]
    fn mistakes_have_a_place() {
        insta::assert_snapshot!(check("data = \"d\"\nlistn = \"127.0.0.1:1\"", Settings::default()), @r#"
        the configuration file FOLDER/stacklets.toml is wrong: TOML parse error at line 2, column 1
          |
        2 | listn = "127.0.0.1:1"
          | ^^^^^
        unknown field `listn`, expected one of `data`, `store`, `listen`, `plaintext-listen`, `observe-listen`, `tls-cert`, `tls-key`, `rate-limit`, `shutdown-deadline`, `task-duration`, `task-deadline`, `log`, `log-format`
        "#);
        insta::assert_snapshot!(check("listen = \"localhost\"", Settings::default()), @r#"
        the configuration file FOLDER/stacklets.toml is wrong: TOML parse error at line 1, column 10
          |
        1 | listen = "localhost"
          |          ^^^^^^^^^^^
        `localhost` is not an address and a port, as in 127.0.0.1:8443 or [::]:8443
        "#);
        insta::assert_snapshot!(check("rate-limit = -1", Settings::default()), @r"
        the configuration file FOLDER/stacklets.toml is wrong: TOML parse error at line 1, column 14
          |
        1 | rate-limit = -1
          |              ^^
        invalid value: integer `-1`, expected u32
        ");
        insta::assert_snapshot!(check("listen = ", Settings::default()), @r"
        the configuration file FOLDER/stacklets.toml is wrong: TOML parse error at line 1, column 10
          |
        1 | listen = 
          |          ^
        string values must be quoted, expected literal string
        ");
    }

    #[test]
    fn a_task_ends_when_the_contract_says() {
        insta::assert_snapshot!(check("task-deadline = \"601s\"", Settings::default()), @"`task-deadline` is longer than 10 minutes, within which the contract promises that a task has ended");
    }

    #[test]
    fn half_a_certificate_and_no_file() {
        insta::assert_snapshot!(check("tls-key = \"key.pem\"", Settings::default()), @"`tls-key` is set but `tls-cert` is not: set both, or neither for a self-signed development certificate");
        let missing = Config::load(Some(Path::new("missing.toml")), Settings::default());
        insta::assert_snapshot!(Chain(&missing.unwrap_err()), @"the configuration file missing.toml cannot be read: No such file or directory (os error 2)");
    }
}
