//! Certificates that clients bring: read, and checked against the private key that comes with them.
//!
//! What TLS asks is asked of the TLS library: whether the key is usable and belongs to the certificate. The chain is
//! checked link by link and not up to a root, since whom its visitors trust is the owner's affair. The key goes no
//! further than this file, and no message quotes it.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// The longest chain that is read.
const LONGEST: usize = 10;

/// Why a certificate or its key is refused, in sentences for their owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum CertificateMistake {
    /// The text is no PEM, or has none of what is wanted in it.
    #[error("It is not a certificate in PEM; a part of it may be missing.")]
    Form,
    /// More than anybody has.
    #[error("There are more than {LONGEST} certificates in it.")]
    Long,
    /// PEM, and no certificate in it.
    #[error("One of its certificates cannot be read.")]
    Content,
    /// A certificate is not signed by the next.
    #[error("Each certificate has to be signed by the one after it; one is not.")]
    Chain,
    /// It is for nobody.
    #[error("The certificate names no host and no address that it is for.")]
    Names,
    /// Too old.
    #[error("The certificate has run out.")]
    Expired,
    /// The text is no key.
    #[error("It is not a private key in PEM that is not encrypted; a part of it may be missing.")]
    KeyForm,
    /// A key of a kind that TLS does not use.
    #[error("It is not a private key that TLS can use: RSA of 2048 bits or more, ECDSA on P-256 or P-384, or Ed25519.")]
    KeyKind,
    /// Both are sound, and belong to different owners.
    #[error("The private key does not belong to the first certificate.")]
    Mismatch,
}

impl CertificateMistake {
    /// Whether it is the key that is wrong, and not the certificate.
    pub(crate) fn is_of_key(self) -> bool {
        match self {
            CertificateMistake::KeyForm | CertificateMistake::KeyKind | CertificateMistake::Mismatch => true,
            CertificateMistake::Form | CertificateMistake::Long | CertificateMistake::Content => false,
            CertificateMistake::Chain | CertificateMistake::Names | CertificateMistake::Expired => false,
        }
    }
}

/// What there is to know of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) names: Vec<String>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
}

/// Reads a chain and its key, both in PEM. What is wrong is told of both.
pub(crate) fn check(chain: &str, key: &str, now: Timestamp) -> Result<Facts, Vec<CertificateMistake>> {
    let read = read_chain(chain).and_then(|chain| read(&chain, now).map(|facts| (chain, facts)));
    match (read, read_key(key)) {
        (Ok((chain, facts)), Ok(key)) => match CertifiedKey::new(chain, key).keys_match() {
            Ok(()) => Ok(facts),
            Err(_) => Err(vec![CertificateMistake::Mismatch]),
        },
        (read, key) => Err([read.err(), key.err()].into_iter().flatten().collect()),
    }
}

fn read_chain(text: &str) -> Result<Vec<CertificateDer<'static>>, CertificateMistake> {
    let certificates = CertificateDer::pem_slice_iter(text.as_bytes()).take(LONGEST + 1);
    let chain: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|_| CertificateMistake::Form)?;
    match chain.len() {
        0 => Err(CertificateMistake::Form),
        1..=LONGEST => Ok(chain),
        _ => Err(CertificateMistake::Long),
    }
}

fn read(chain: &[CertificateDer<'static>], now: Timestamp) -> Result<Facts, CertificateMistake> {
    let parsed: Vec<X509Certificate<'_>> = chain.iter().map(parse).collect::<Result<_, _>>()?;
    let (Some(first), Some(der)) = (parsed.first(), chain.first()) else {
        return Err(CertificateMistake::Form);
    };
    for pair in parsed.windows(2) {
        if let [signed, signer] = pair {
            check_link(signed, signer)?;
        }
    }
    let time = |seconds| Timestamp::from_second(seconds).map_err(|_| CertificateMistake::Content);
    let not_after = time(first.validity().not_after.timestamp())?;
    if not_after < now {
        return Err(CertificateMistake::Expired);
    }
    let names = names(first)?;
    let not_before = time(first.validity().not_before.timestamp())?;
    let (sha1, sha256) = (pairs(&Sha1::digest(der)), pairs(&Sha256::digest(der)));
    Ok(Facts { names, not_before, not_after, sha1, sha256 })
}

fn parse<'a>(der: &'a CertificateDer<'static>) -> Result<X509Certificate<'a>, CertificateMistake> {
    match parse_x509_certificate(der) {
        Ok(([], certificate)) => Ok(certificate),
        Ok(_) | Err(_) => Err(CertificateMistake::Content),
    }
}

fn check_link(signed: &X509Certificate<'_>, signer: &X509Certificate<'_>) -> Result<(), CertificateMistake> {
    let is_named = signed.issuer().as_raw() == signer.subject().as_raw();
    let is_signed = signed.verify_signature(Some(signer.public_key())).is_ok();
    if is_named && is_signed && signer.is_ca() { Ok(()) } else { Err(CertificateMistake::Chain) }
}

/// The hosts and addresses that it is for. What stands in the subject has not counted for long (RFC 9110, section 4.3.4).
fn names(certificate: &X509Certificate<'_>) -> Result<Vec<String>, CertificateMistake> {
    let extension = certificate.subject_alternative_name().map_err(|_| CertificateMistake::Content)?;
    let named = extension.iter().flat_map(|extension| &extension.value.general_names);
    let names: Vec<String> = named.filter_map(name).collect();
    if names.is_empty() { Err(CertificateMistake::Names) } else { Ok(names) }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    if let GeneralName::DNSName(host) = name {
        return is_shown(host).then(|| (*host).to_owned());
    }
    let GeneralName::IPAddress(octets) = name else {
        return None;
    };
    let v4 = <[u8; 4]>::try_from(*octets).map(|octets| Ipv4Addr::from(octets).to_string());
    v4.or_else(|_| <[u8; 16]>::try_from(*octets).map(|octets| Ipv6Addr::from(octets).to_string())).ok()
}

/// What the contract's schema lets through.
fn is_shown(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_graphic())
}

fn read_key(text: &str) -> Result<Arc<dyn SigningKey>, CertificateMistake> {
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| CertificateMistake::KeyForm)?;
    let provider = rustls::crypto::ring::default_provider();
    provider.key_provider.load_private_key(key).map_err(|_| CertificateMistake::KeyKind)
}

fn pairs(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<String>>().join(":")
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    use super::*;

    struct Made {
        certificate: String,
        key: String,
    }

    fn authority() -> (CertificateParams, KeyPair, String) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).unwrap().pem();
        (parameters, key, certificate)
    }

    fn made(names: &[&str], until: i32, issuer: Option<&Issuer<'_, &KeyPair>>) -> Made {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = match issuer {
            Some(issuer) => parameters.signed_by(&key, issuer),
            None => parameters.self_signed(&key),
        };
        Made { certificate: certificate.unwrap().pem(), key: key.serialize_pem() }
    }

    /// With the first mistake.
    fn checked(chain: &str, key: &str) -> Result<Facts, CertificateMistake> {
        check(chain, key, Timestamp::now()).map_err(|mistakes| mistakes[0])
    }

    #[test]
    fn the_facts_of_a_certificate_are_read() {
        let made = made(&["www.example.com", "*.example.com", "192.0.2.1", "2001:db8::1"], 2100, None);
        let facts = checked(&made.certificate, &made.key).unwrap();
        assert_eq!(facts.names, ["www.example.com", "*.example.com", "192.0.2.1", "2001:db8::1"]);
        assert_eq!(facts.not_before.to_string(), "2000-01-01T00:00:00Z");
        assert_eq!(facts.not_after.to_string(), "2100-01-01T00:00:00Z");
        assert_eq!((facts.sha1.len(), facts.sha256.len()), (59, 95));
    }

    #[test]
    fn a_chain_is_checked_link_by_link() {
        let (parameters, key, root) = authority();
        let (_, _, other) = authority();
        let leaf = made(&["example.com"], 2100, Some(&Issuer::from_params(&parameters, &key)));
        let chain = |after: &str| format!("{}{after}", leaf.certificate);
        assert!(checked(&chain(&root), &leaf.key).is_ok());
        assert!(checked(&chain(""), &leaf.key).is_ok());
        assert_eq!(checked(&chain(&other), &leaf.key), Err(CertificateMistake::Chain));
        assert_eq!(checked(&chain(&root.repeat(10)), &leaf.key), Err(CertificateMistake::Long));
        assert_eq!(checked(&format!("{root}{}", leaf.certificate), &leaf.key), Err(CertificateMistake::Chain));
        // One that may not sign has signed.
        let plain = CertificateParams::new(vec!["example.org".to_owned()]).unwrap();
        let signed = made(&["example.com"], 2100, Some(&Issuer::from_params(&plain, &key)));
        let signer = plain.self_signed(&key).unwrap().pem();
        assert_eq!(checked(&format!("{}{signer}", signed.certificate), &signed.key), Err(CertificateMistake::Chain));
    }

    #[test]
    fn each_mistake_is_told_apart() {
        let good = made(&["example.com"], 2100, None);
        let other = made(&["example.com"], 2100, None);
        let nonsense = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let mistake = |chain: &str, key: &str| checked(chain, key).unwrap_err();
        assert_eq!(mistake("no PEM", &good.key), CertificateMistake::Form);
        assert_eq!(mistake("-----BEGIN CERTIFICATE-----\nMIIB", &good.key), CertificateMistake::Form);
        assert_eq!(mistake(nonsense, &good.key), CertificateMistake::Content);
        assert_eq!(mistake(&good.key, &good.key), CertificateMistake::Form);
        let nameless = made(&[], 2100, None);
        assert_eq!(mistake(&nameless.certificate, &nameless.key), CertificateMistake::Names);
        let old = made(&["example.com"], 2001, None);
        assert_eq!(mistake(&old.certificate, &old.key), CertificateMistake::Expired);
        assert_eq!(mistake(&good.certificate, "no PEM"), CertificateMistake::KeyForm);
        assert_eq!(mistake(&good.certificate, &good.certificate), CertificateMistake::KeyForm);
        let empty = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
        assert_eq!(mistake(&good.certificate, empty), CertificateMistake::KeyKind);
        assert_eq!(mistake(&good.certificate, &other.key), CertificateMistake::Mismatch);
        let both = check(&old.certificate, "no PEM", Timestamp::now());
        assert_eq!(both, Err(vec![CertificateMistake::Expired, CertificateMistake::KeyForm]));
    }
}
