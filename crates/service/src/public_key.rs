//! Public keys in the form of OpenSSH: `TYPE BASE64 [COMMENT]`. The contract's pattern says what they
//! look like; here is checked what is in them (RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709,
//! section 4; OpenSSH's PROTOCOL.u2f), so that a key cut short in copying is refused and not stored.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest as _, Md5};
use thiserror::Error;

/// Why text is no public key, in sentences for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum KeyError {
    /// Not `TYPE BASE64 [COMMENT]`.
    #[error("It is not a type and a key, with one space between.")]
    Form,
    /// Not base64.
    #[error("What follows the type is not base64; a part of it may be missing.")]
    Base64,
    /// The key is of another type than the text before it.
    #[error("The key is of another type than the one before it.")]
    Type,
    /// Too short, too long, or not made as its type demands.
    #[error("The key is not a whole key of its type; a part of it may be missing.")]
    Content,
}

/// The fingerprint of a key: the MD5 hash of what the base64 stands for, in pairs of digits. That
/// MD5 is broken does no harm here: nothing trusts a fingerprint but the owner's eyes.
pub(crate) fn fingerprint(public_key: &str) -> Result<String, KeyError> {
    let mut words = public_key.splitn(3, ' ');
    let (Some(kind), Some(text)) = (words.next(), words.next()) else {
        return Err(KeyError::Form);
    };
    let blob = BASE64_STANDARD.decode(text).map_err(|_| KeyError::Base64)?;
    check(kind, &blob)?;
    let pairs = Md5::digest(&blob).into_iter().map(|byte| format!("{byte:02x}"));
    Ok(pairs.collect::<Vec<_>>().join(":"))
}

fn check(kind: &str, blob: &[u8]) -> Result<(), KeyError> {
    let mut fields = Fields(blob);
    if fields.next()? != kind.as_bytes() {
        return Err(KeyError::Type);
    }
    let right = match kind {
        "ssh-ed25519" => is_ed25519(fields.next()?),
        "sk-ssh-ed25519@openssh.com" => is_ed25519(fields.next()?) && has_application(&mut fields)?,
        "ssh-rsa" => is_positive(fields.next()?) && is_positive(fields.next()?),
        "ecdsa-sha2-nistp256" => is_point(&mut fields, "nistp256", 32)?,
        "ecdsa-sha2-nistp384" => is_point(&mut fields, "nistp384", 48)?,
        "ecdsa-sha2-nistp521" => is_point(&mut fields, "nistp521", 66)?,
        "sk-ecdsa-sha2-nistp256@openssh.com" => is_point(&mut fields, "nistp256", 32)? && has_application(&mut fields)?,
        _ => return Err(KeyError::Type),
    };
    if right && fields.0.is_empty() { Ok(()) } else { Err(KeyError::Content) }
}

fn is_ed25519(key: &[u8]) -> bool {
    key.len() == 32
}

/// A positive number in the shortest form of RFC 4251, section 5.
fn is_positive(number: &[u8]) -> bool {
    match number {
        [] => false,
        [0, rest @ ..] => rest.first().is_some_and(|first| *first >= 0x80),
        [first, ..] => *first < 0x80,
    }
}

/// A point of the curve, uncompressed, as OpenSSH writes it.
fn is_point(fields: &mut Fields<'_>, curve: &str, coordinate: usize) -> Result<bool, KeyError> {
    let named = fields.next()? == curve.as_bytes();
    let point = fields.next()?;
    Ok(named && point.len() == 1 + 2 * coordinate && point.first() == Some(&4))
}

/// The application that a key on a security token is bound to.
fn has_application(fields: &mut Fields<'_>) -> Result<bool, KeyError> {
    Ok(!fields.next()?.is_empty())
}

/// What is left of a key: strings, each after its length.
struct Fields<'k>(&'k [u8]);

impl<'k> Fields<'k> {
    fn next(&mut self) -> Result<&'k [u8], KeyError> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(KeyError::Content)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| KeyError::Content)?;
        let (field, rest) = rest.split_at_checked(length).ok_or(KeyError::Content)?;
        self.0 = rest;
        Ok(field)
    }
}

#[cfg(test)]
mod tests;
