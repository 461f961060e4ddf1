//! Commands about tokens, carried out by whoever has the store: the running service, which the
//! command reaches over a socket in the data folder, or else the command itself.
//!
//! The socket is no way around the store's lock but its consequence: one process has the store, and
//! the others ask it. Whoever may reach the socket could read the store's file as well: both belong
//! to the same user, and the peer's user is checked. A line of JSON goes each way.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use methodical_server::Store;
use methodical_server::wire::Secret;
use methodical_server::wire::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::access::{self, AccessError, Grant};
use crate::chain::Chain;
use crate::files;
use crate::scope::Scopes;
use crate::store::{Database, OpenError, Place};
use crate::token::TokenId;

const SOCKET: &str = "admin.sock";
const LINE_LIMIT: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// What the operator wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// A new token.
    CreateToken(Grant),
    /// All tokens, without their secrets.
    ListTokens,
    /// A token made worthless.
    RevokeToken {
        /// Its public part.
        id: TokenId,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The whole token: the one time that it is told.
    Created {
        /// It.
        token: Secret,
    },
    /// The tokens there are.
    Listed {
        /// By identifier.
        tokens: Vec<TokenLine>,
    },
    /// The token is worthless now.
    Revoked,
    /// There is no token of this identifier.
    NoSuchToken,
    /// The command cannot be carried out.
    Failed {
        /// Why.
        reason: String,
    },
}

/// What is told of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLine {
    /// The public part.
    pub id: TokenId,
    /// The name of its account.
    pub account: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ceases to be good, if ever.
    pub expires_at: Option<Timestamp>,
}

/// A command that reached nobody.
#[derive(Debug, Error)]
pub enum AdminError {
    /// No service runs, and the store cannot be opened either.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A service runs and does not answer as one.
    #[error("the running service does not answer on {}", socket.display())]
    Conversation {
        /// The socket.
        socket: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

/// The socket on which a running service takes commands.
#[derive(Debug)]
pub struct AdminSocket {
    listener: UnixListener,
    path: PathBuf,
}

/// Has a command carried out: by the service that runs on this data folder, or here. A store on a
/// server belongs to nobody alone, so there it is always done here.
pub async fn run(data: &Path, place: &Place, command: Command) -> Result<Outcome, AdminError> {
    if let Place::Folder(_) = place {
        let socket = data.join(SOCKET);
        // A socket that nobody listens on is what a killed service leaves behind.
        if let Ok(stream) = UnixStream::connect(&socket).await {
            return ask(stream, &command).await.map_err(|source| AdminError::Conversation { socket, source });
        }
    }
    let store = match command {
        Command::CreateToken(_) => Database::connect(place).await?,
        Command::ListTokens | Command::RevokeToken { .. } => Database::connect_existing(place).await?,
    };
    Ok(carry_out(&store, command).await)
}

impl AdminSocket {
    /// Begins to listen. The caller has the store open, so a socket found here belongs to nobody.
    pub fn bind(data: &Path) -> io::Result<AdminSocket> {
        let path = data.join(SOCKET);
        files::remove_if_there(&path)?;
        let listener = UnixListener::bind(&path)?;
        files::make_private(&path)?;
        Ok(AdminSocket { listener, path })
    }

    /// Takes commands, one connection after the other, for ever.
    pub async fn serve(self, store: Database) {
        loop {
            let taken = match self.listener.accept().await {
                Ok((stream, _)) => self.take(stream, &store).await,
                Err(error) => {
                    // Out of file descriptors, most likely: that passes.
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Err(error)
                }
            };
            if let Err(error) = taken {
                tracing::warn!(%error, "a command over the admin socket failed");
            }
        }
    }

    async fn take(&self, mut stream: UnixStream, store: &Database) -> io::Result<()> {
        let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&self.path)?);
        let peer = stream.peer_cred()?.uid();
        if peer != owner && peer != 0 {
            return Err(io::Error::other(format!("user {peer} is not the owner of the service")));
        }
        let command = tokio::time::timeout(PATIENCE, receive(&mut stream)).await??;
        tracing::info!(command = command_name(&command), "a command over the admin socket");
        let outcome = carry_out(store, command).await;
        tokio::time::timeout(PATIENCE, send(&mut stream, &outcome)).await?
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        // A socket left behind does no harm, see `run`.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn command_name(command: &Command) -> &'static str {
    match command {
        Command::CreateToken(_) => "create-token",
        Command::ListTokens => "list-tokens",
        Command::RevokeToken { .. } => "revoke-token",
    }
}

async fn carry_out(store: &impl Store, command: Command) -> Outcome {
    let outcome = match command {
        Command::CreateToken(grant) => {
            let made = access::grant_token(store, &grant).await;
            made.map(|token| Outcome::Created { token: Secret::from(token.reveal()) })
        }
        Command::ListTokens => list(store).await,
        Command::RevokeToken { id } => {
            let found = access::revoke_token(store, &id).await;
            found.map(|found| if found { Outcome::Revoked } else { Outcome::NoSuchToken })
        }
    };
    outcome.unwrap_or_else(|error| Outcome::Failed { reason: Chain(&error).to_string() })
}

async fn list(store: &impl Store) -> Result<Outcome, AccessError> {
    let records = access::list_tokens(store).await?;
    let line = |record: access::TokenRecord| TokenLine {
        id: record.id,
        account: record.account,
        created_at: record.created_at,
        scopes: record.scopes,
        expires_at: record.expires_at,
    };
    Ok(Outcome::Listed { tokens: records.into_iter().map(line).collect() })
}

async fn ask(mut stream: UnixStream, command: &Command) -> io::Result<Outcome> {
    let conversation = async {
        send(&mut stream, command).await?;
        receive(&mut stream).await
    };
    tokio::time::timeout(PATIENCE, conversation).await?
}

async fn send(stream: &mut UnixStream, message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line).await
}

async fn receive<M: for<'a> Deserialize<'a>>(stream: &mut UnixStream) -> io::Result<M> {
    let mut line = String::new();
    BufReader::new(stream.take(LINE_LIMIT)).read_line(&mut line).await?;
    Ok(serde_json::from_str(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::FileError;
    use crate::token::Token;

    async fn run_in(data: &Path, command: Command) -> Result<Outcome, AdminError> {
        run(data, &Place::Folder(data.to_owned()), command).await
    }

    async fn create(data: &Path) -> Token {
        let outcome = run_in(data, Command::CreateToken(Grant::to("ada"))).await.unwrap();
        let shown = format!("{outcome:?}");
        let Outcome::Created { token } = outcome else { panic!("{shown}") };
        assert!(!shown.contains(token.expose()), "{shown}");
        Token::parse(token.expose()).unwrap()
    }

    async fn list(data: &Path) -> Vec<TokenId> {
        let outcome = run_in(data, Command::ListTokens).await.unwrap();
        let Outcome::Listed { tokens } = outcome else { panic!("{outcome:?}") };
        tokens.into_iter().map(|token| token.id).collect()
    }

    #[tokio::test]
    async fn commands_reach_the_store_with_and_without_a_service() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let first = create(data).await;
        let store = Database::open(data).unwrap();
        let service = tokio::spawn(AdminSocket::bind(data).unwrap().serve(store.clone()));
        let second = create(data).await;
        let mut both = vec![first.id(), second.id()];
        both.sort();
        assert_eq!(list(data).await, both);
        let revoke = Command::RevokeToken { id: first.id() };
        assert_eq!(run_in(data, revoke.clone()).await.unwrap(), Outcome::Revoked);
        assert_eq!(run_in(data, revoke).await.unwrap(), Outcome::NoSuchToken);
        service.abort();
        assert!(service.await.unwrap_err().is_cancelled());
        drop(store);
        assert_eq!(list(data).await, [second.id()]);
    }

    #[tokio::test]
    async fn a_socket_left_behind_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        std::os::unix::net::UnixListener::bind(data.join(SOCKET)).unwrap();
        create(data).await;
        let store = Database::open(data).unwrap();
        let socket = AdminSocket::bind(data).unwrap();
        let mode = std::fs::metadata(&socket.path).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
        drop((socket, store));
        assert!(!data.join(SOCKET).exists());
    }

    #[tokio::test]
    async fn nonsense_does_not_stop_the_service() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let store = Database::open(data).unwrap();
        let service = tokio::spawn(AdminSocket::bind(data).unwrap().serve(store));
        for nonsense in [&b"\n"[..], b"{}", b"\xff\n", b""] {
            let mut stream = UnixStream::connect(data.join(SOCKET)).await.unwrap();
            stream.write_all(nonsense).await.unwrap();
        }
        create(data).await;
        service.abort();
    }

    #[tokio::test]
    async fn without_a_store_there_is_nothing_to_list() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("missing");
        assert!(matches!(
            run_in(&data, Command::ListTokens).await,
            Err(AdminError::Open(OpenError::File(FileError::Missing { .. })))
        ));
        assert!(!data.exists());
    }
}
