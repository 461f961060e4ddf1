//! Accounts and their tokens in the store: made, listed and revoked by the operator, looked up by
//! every request.
//!
//! These units of work belong to no request, so they use the store below the runtime's typed
//! transactions, and keep records as those do: JSON under an encoded key.

use bytes::Bytes;
use jiff::Timestamp;
use methodical_server::{Key, Lookup, Reads, Record, Store, StoreError, Writes};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

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

/// What is kept of a token.
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
}

impl Record for TokenRecord {
    const TABLE: &'static str = "tokens";
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

/// Makes a token, and its account where there is none of that name.
pub async fn create_token(store: &impl Store, account: &str) -> Result<Token, AccessError> {
    let mut unit = store.write().await?;
    let mut token = Token::generate()?;
    // Eight digits may meet by chance; nobody's token is replaced.
    while read::<TokenRecord>(&unit, &token_key(&token.id())).await?.is_some() {
        token = Token::generate()?;
    }
    keep(&mut unit, account, &token).await?;
    unit.commit().await?;
    Ok(token)
}

/// Keeps a token that the caller made.
pub async fn keep_token(store: &impl Store, account: &str, token: &Token) -> Result<(), AccessError> {
    let mut unit = store.write().await?;
    keep(&mut unit, account, token).await?;
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

/// The account that a token belongs to, if the token is good.
pub async fn find_account(view: &impl Lookup, token: &Token) -> Result<Option<Account>, methodical_server::Fault> {
    let Some(record) = view.get::<TokenRecord>(&token_key(&token.id())).await? else {
        return Ok(None);
    };
    if record.digest != token.digest() {
        return Ok(None);
    }
    let account = view.get::<Account>(&account_key(&record.account)).await?;
    Ok(account.map(methodical_server::Stored::into_record))
}

/// Is this token good? For the service itself, outside of requests.
pub async fn is_good(store: &impl Store, token: &Token) -> Result<bool, AccessError> {
    let record = read::<TokenRecord>(&store.read().await?, &token_key(&token.id())).await?;
    Ok(record.is_some_and(|record| record.digest == token.digest()))
}

async fn keep(unit: &mut impl Writes, account: &str, token: &Token) -> Result<(), AccessError> {
    check_name(account)?;
    let created_at = now();
    if read::<Account>(unit, &account_key(account)).await?.is_none() {
        let record = Account { name: account.to_owned(), uuid: Uuid::new_v4(), created_at };
        write(unit, &account_key(account), &record).await?;
    }
    let record = TokenRecord { id: token.id(), account: account.to_owned(), digest: token.digest(), created_at };
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

async fn write<R: Record>(unit: &mut impl Writes, key: &Key, record: &R) -> Result<(), AccessError> {
    let bytes = Bytes::from(serde_json::to_vec(record)?);
    unit.put(R::TABLE, key.as_bytes(), bytes).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::EmbeddedStore;

    #[tokio::test]
    async fn a_token_is_good_until_it_is_revoked() {
        let folder = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(folder.path()).unwrap();
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
        let store = EmbeddedStore::open(folder.path()).unwrap();
        let token = create_token(&store, "ada").await.unwrap();
        let forged = Token::parse(&format!("{}{}", token.id(), "0".repeat(32))).unwrap();
        assert_eq!(forged.id(), token.id());
        assert!(!is_good(&store, &forged).await.unwrap());
    }

    #[tokio::test]
    async fn the_secret_is_nowhere_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(folder.path()).unwrap();
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
        let store = EmbeddedStore::open(folder.path()).unwrap();
        for name in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(matches!(create_token(&store, name).await, Err(AccessError::Name { .. })));
        }
        assert!(has_no_tokens(&store).await.unwrap());
    }
}
