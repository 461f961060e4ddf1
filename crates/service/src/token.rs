//! Tokens: what a client sends, and what the store keeps of it.
//!
//! A token is 160 random bits, written as 40 hexadecimal digits. The first eight digits are its
//! public identifier: the store finds the record by them, `token list` shows them, `token revoke`
//! takes them. The other 128 bits are the secret, of which the store keeps a hash only.
//!
//! The hash is one round of SHA-256, neither salted nor slow, on purpose: those defend passwords,
//! which people choose from few. Nobody guesses 128 random bits at any speed, and a slow hash would
//! be paid by every request.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

const DIGITS: usize = 40;
const ID_DIGITS: usize = 8;

/// A token, as the client sends it.
#[derive(Clone)]
pub struct Token(String);

/// The public part of a token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(String);

/// The hash of a whole token. Comparing two takes the same time wherever they differ.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenDigest(String);

impl Token {
    /// A new token from the operating system's random source.
    pub fn generate() -> Result<Token, getrandom::Error> {
        let mut random = [0; DIGITS / 2];
        getrandom::fill(&mut random)?;
        Ok(Token(hexadecimal(&random)))
    }

    /// Reads a token; `None` for what cannot be one.
    pub fn parse(text: &str) -> Option<Token> {
        let lower_case_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == DIGITS && text.bytes().all(lower_case_digit)).then(|| Token(text.to_owned()))
    }

    /// The public part.
    pub fn id(&self) -> TokenId {
        TokenId(self.0.chars().take(ID_DIGITS).collect())
    }

    /// What the store keeps.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(hexadecimal(&Sha256::digest(self.0.as_bytes())))
    }

    /// The whole token, secret included.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The secret stays out of logs.
impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Token({}…)", self.id())
    }
}

impl TokenId {
    /// An identifier as a person types it. Whether it exists is for the store to say.
    pub fn new(text: impl Into<String>) -> TokenId {
        TokenId(text.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl PartialEq for TokenDigest {
    fn eq(&self, other: &TokenDigest) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for TokenDigest {}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_forty_lower_case_hexadecimal_digits() {
        let token = Token::generate().unwrap();
        assert_eq!(Token::parse(token.reveal()).unwrap().digest(), token.digest());
        assert_ne!(Token::generate().unwrap().digest(), token.digest());
        for wrong in ["", "0", &"g".repeat(40), &"A".repeat(40), &"0".repeat(41), &"é".repeat(20)] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_and_what_is_shown() {
        let token = Token::parse("0123456789abcdef0123456789abcdef01234567").unwrap();
        insta::assert_snapshot!(token.id(), @"01234567");
        insta::assert_debug_snapshot!(token, @"Token(01234567…)");
        insta::assert_snapshot!(token.digest().0, @"deb87fabd17715bb31ad4cf4ffb9494eeb15f8d33d85b031a301c64ab3417eaa");
    }
}
