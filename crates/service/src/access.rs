//! Accounts and their tokens in the store: made, listed and revoked by the operator, looked up by
//! every request.
//!
//! These units of work belong to no request, so they use the store below the runtime's typed
//! transactions, and keep records as those do: JSON under an encoded key.

use bytes::Bytes;
use methodical_server::wire::Timestamp;
use methodical_server::wire::Uuid;
use methodical_server::{Key, Lookup, Reads, Record, Store, StoreError, Writes};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::default_project;
use crate::scope::Scopes;
use crate::token::{Token, TokenDigest, TokenId};

/// The account that commands work on which name none.
pub const DEFAULT_ACCOUNT: &str = "development";

/// Whoever owns stacklets, keys and tags. Its name is the first part of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name the operator gave, which never changes.
    pub name: String,
    /// The identifier clients see.
    pub uuid: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Record for Account {
    const TABLE: &'static str = "accounts";
}

/// Who sent a request: an account, by one of its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose things are seen and changed.
    pub account: Account,
    /// The token that was sent. Requests are counted for each token by itself.
    pub token: TokenId,
    /// What the token may do.
    pub scopes: Scopes,
}

/// What a new token is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The name of its account; made if it is not there.
    pub account: String,
    /// What it may do.
    #[serde(default)]
    pub scopes: Scopes,
    /// When it ceases to be good, if ever.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Grant {
    /// Everything, for ever.
    pub fn to(account: &str) -> Grant {
        Grant { account: account.to_owned(), scopes: Scopes::default(), expires_at: None }
    }
}

/// What is kept of a token. Older records have neither scopes nor an end: they may do everything, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// The public part, which is the key as well.
    pub id: TokenId,
    /// The name of its account.
    pub account: String,
    /// The hash of the whole token.
    pub digest: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it may do.
    #[serde(default)]
    pub scopes: Scopes,
    /// When it ceases to be good, if ever.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Record for TokenRecord {
    const TABLE: &'static str = "tokens";
}

impl TokenRecord {
    /// Is this the token that the record was made for, and still good? The answer takes as long wherever a forged one differs.
    fn admits(&self, token: &Token) -> bool {
        let in_time = self.expires_at.is_none_or(|end| Timestamp::now() < end);
        self.digest == token.digest() && in_time
    }
}

/// A command about accounts or tokens that failed.
#[derive(Debug, Error)]
pub enum AccessError {
    /// Not a name.
    #[error("`{name}` is no account name: use 1 to 64 letters, digits and the characters `. _ - @`")]
    Name {
        /// What was given.
        name: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be read or written.
    #[error("a record in the store is damaged")]
    Record(#[from] serde_json::Error),
    /// The operating system has no random numbers.
    #[error("no random numbers can be had")]
    Random(#[from] getrandom::Error),
}

/// The key of an account.
pub fn account_key(name: &str) -> Key {
    Key::new(name)
}

/// Makes a token that may do everything, and its account where there is none of that name.
pub async fn create_token(store: &impl Store, account: &str) -> Result<Token, AccessError> {
    grant_token(store, &Grant::to(account)).await
}

/// Makes a token, and its account where there is none of that name.
pub async fn grant_token(store: &impl Store, grant: &Grant) -> Result<Token, AccessError> {
    let mut unit = store.write().await?;
    let mut token = Token::generate()?;
    // Eight digits may meet by chance; nobody's token is replaced.
    while read::<TokenRecord>(&unit, &token_key(&token.id())).await?.is_some() {
        token = Token::generate()?;
    }
    keep(&mut unit, grant, &token).await?;
    unit.commit().await?;
    Ok(token)
}

/// Keeps a token that the caller made.
pub async fn keep_token(store: &impl Store, account: &str, token: &Token) -> Result<(), AccessError> {
    let mut unit = store.write().await?;
    keep(&mut unit, &Grant::to(account), token).await?;
    Ok(unit.commit().await?)
}

/// Is there no token, because none was made or each was revoked?
pub async fn has_no_tokens(store: &impl Store) -> Result<bool, AccessError> {
    Ok(store.read().await?.count(TokenRecord::TABLE, Key::all()).await? == 0)
}

/// All tokens, by identifier.
pub async fn list_tokens(store: &impl Store) -> Result<Vec<TokenRecord>, AccessError> {
    let rows = store.read().await?.scan(TokenRecord::TABLE, Key::all(), 0, usize::MAX).await?;
    rows.iter().map(|(_, bytes)| Ok(serde_json::from_slice(bytes)?)).collect()
}

/// Makes a token worthless, from the next request on; says whether there was one.
pub async fn revoke_token(store: &impl Store, id: &TokenId) -> Result<bool, AccessError> {
    let mut unit = store.write().await?;
    let before = unit.remove(TokenRecord::TABLE, token_key(id).as_bytes()).await?;
    unit.commit().await?;
    Ok(before.is_some())
}

/// Who sends this token, if it is good.
pub async fn find_caller(view: &impl Lookup, token: &Token) -> Result<Option<Caller>, methodical_server::Fault> {
    let Some(record) = view.get::<TokenRecord>(&token_key(&token.id())).await? else {
        return Ok(None);
    };
    if !record.admits(token) {
        return Ok(None);
    }
    let record = record.into_record();
    let account = view.get::<Account>(&account_key(&record.account)).await?;
    Ok(account.map(|account| Caller { account: account.into_record(), token: record.id, scopes: record.scopes }))
}

/// Is this token good? For the service itself, outside of requests.
pub async fn is_good(store: &impl Store, token: &Token) -> Result<bool, AccessError> {
    let record = read::<TokenRecord>(&store.read().await?, &token_key(&token.id())).await?;
    Ok(record.is_some_and(|record| record.admits(token)))
}

async fn keep(unit: &mut impl Writes, grant: &Grant, token: &Token) -> Result<(), AccessError> {
    let Grant { account, scopes, expires_at } = grant.clone();
    check_name(&account)?;
    let created_at = now();
    if read::<Account>(unit, &account_key(&account)).await?.is_none() {
        let record = Account { name: account.clone(), uuid: Uuid::new_v4(), created_at };
        write(unit, &account_key(&account), &record).await?;
        default_project::make(unit, &record).await?;
    }
    let record = TokenRecord { id: token.id(), account, digest: token.digest(), created_at, scopes, expires_at };
    write(unit, &token_key(&record.id), &record).await
}

/// To the microsecond, like every time in the contract.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

fn check_name(name: &str) -> Result<(), AccessError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(AccessError::Name { name: name.to_owned() })
    }
}

fn token_key(id: &TokenId) -> Key {
    Key::new(id.as_str())
}

async fn read<R: Record>(reads: &impl Reads, key: &Key) -> Result<Option<R>, AccessError> {
    let bytes = reads.get(R::TABLE, key.as_bytes()).await?;
    Ok(bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose()?)
}

/// Keeps a record.
pub(crate) async fn write<R: Record>(unit: &mut impl Writes, key: &Key, record: &R) -> Result<(), AccessError> {
    let bytes = Bytes::from(serde_json::to_vec(record)?);
    unit.put(R::TABLE, key.as_bytes(), bytes).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Database;

    #[tokio::test]
    async fn a_token_is_good_until_it_is_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        assert!(has_no_tokens(&store).await.unwrap());
        let first = create_token(&store, "ada").await.unwrap();
        let second = create_token(&store, "ada").await.unwrap();
        assert!(is_good(&store, &first).await.unwrap());
        let listed = list_tokens(&store).await.unwrap();
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|record| record.account == "ada"));
        assert!(revoke_token(&store, &first.id()).await.unwrap());
        assert!(!revoke_token(&store, &first.id()).await.unwrap());
        assert!(!is_good(&store, &first).await.unwrap());
        assert!(is_good(&store, &second).await.unwrap());
    }

    #[tokio::test]
    async fn the_right_beginning_is_not_enough() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        let token = create_token(&store, "ada").await.unwrap();
        let forged = Token::parse(&format!("{}{}", token.id(), "0".repeat(32))).unwrap();
        assert_eq!(forged.id(), token.id());
        assert!(!is_good(&store, &forged).await.unwrap());
    }

    #[tokio::test]
    async fn a_token_is_good_until_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        let ends = |seconds: i64| Grant {
            expires_at: Some(Timestamp::now() + jiff::SignedDuration::from_secs(seconds)),
            ..Grant::to("ada")
        };
        let good = grant_token(&store, &ends(60)).await.unwrap();
        let over = grant_token(&store, &ends(-1)).await.unwrap();
        assert!(is_good(&store, &good).await.unwrap());
        assert!(!is_good(&store, &over).await.unwrap());
        let look = |token: Token| {
            let store = store.clone();
            async move {
                let found =
                    methodical_server::view(&store, |tx| Box::pin(async move { find_caller(tx, &token).await }));
                found.await.unwrap().map(|caller| (caller.account.name, caller.scopes.to_string()))
            }
        };
        assert_eq!(look(good).await, Some(("ada".to_owned(), "read,write".to_owned())));
        assert_eq!(look(over).await, None);
    }

    /// Records that were written before tokens had scopes and an end.
    #[test]
    fn an_older_record_may_do_everything() {
        let older = r#"{"id":"01234567","account":"ada","digest":"00","created_at":"2026-01-01T00:00:00Z"}"#;
        let record: TokenRecord = serde_json::from_str(older).unwrap();
        assert_eq!((record.scopes, record.expires_at), (Scopes::default(), None));
    }

    #[tokio::test]
    async fn the_secret_is_nowhere_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        let token = create_token(&store, "ada").await.unwrap();
        drop(store);
        let secret = &token.reveal().as_bytes()[8..];
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let contents = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(contents.windows(8).any(|window| window == token.id().as_str().as_bytes()));
            assert!(!contents.windows(secret.len()).any(|window| window == secret));
        }
    }

    #[tokio::test]
    async fn a_wrong_name_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        for name in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(matches!(create_token(&store, name).await, Err(AccessError::Name { .. })));
        }
        assert!(has_no_tokens(&store).await.unwrap());
    }
}
