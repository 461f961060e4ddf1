//! Addresses and networks as text, `203.0.113.0/24`, in the one spelling that they have here: a rule of a firewall is
//! named by writing it out, so what is the same must look the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;

/// An address, or the network of all that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) address: IpAddr,
    /// None for a single address that was written alone.
    pub(crate) prefix: Option<u8>,
}

/// Why a text is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NetworkError {
    #[error("`{text}` is neither an IPv4 nor an IPv6 address.")]
    Address { text: String },
    #[error("A prefix of {family} has at most {most} bits.")]
    Prefix { family: &'static str, most: u8 },
    #[error("Behind the prefix all bits of a network are zero: write `{canonical}`.")]
    BitsBehind { canonical: String },
    #[error("It is written `{canonical}` here.")]
    Spelling { canonical: String },
}

impl Network {
    /// Reads the canonical text of an address or a network, and no other text.
    pub(crate) fn parse(text: &str) -> Result<Network, NetworkError> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let no_address = || NetworkError::Address { text: text.to_owned() };
        let address: IpAddr = address.parse().map_err(|_| no_address())?;
        let (family, most) = match address {
            IpAddr::V4(_) => ("IPv4", 32),
            IpAddr::V6(_) => ("IPv6", 128),
        };
        let prefix = match prefix {
            None => None,
            Some(digits) => {
                let prefix: u8 = digits.parse().map_err(|_| NetworkError::Prefix { family, most })?;
                Some(prefix).filter(|prefix| *prefix <= most).map(Some).ok_or(NetworkError::Prefix { family, most })?
            }
        };
        let network = Network { address: masked(address, prefix.unwrap_or(most)), prefix };
        let canonical = network.to_string();
        match () {
            () if network.address != address => Err(NetworkError::BitsBehind { canonical }),
            () if canonical != text => Err(NetworkError::Spelling { canonical }),
            () => Ok(network),
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.prefix {
            None => write!(formatter, "{}", self.address),
            Some(prefix) => write!(formatter, "{}/{prefix}", self.address),
        }
    }
}

/// The address with all bits behind the prefix zero. A shift by all of the bits leaves none.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match Network::parse(text) {
            Ok(network) => format!("{network:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_written_as_it_is_here_is_taken() {
        for text in ["0.0.0.0/0", "203.0.113.7", "203.0.113.7/32", "10.0.0.0/8", "::/0", "2001:db8::/32", "::1"] {
            assert_eq!(Network::parse(text).map(|network| network.to_string()).as_deref(), Ok(text));
        }
        insta::assert_snapshot!(check("10.0.0.0/8"), @"Network { address: 10.0.0.0, prefix: Some(8) }");
        insta::assert_snapshot!(check("::1"), @"Network { address: ::1, prefix: None }");
    }

    #[test]
    fn everything_else_is_told_what_is_wrong_with_it() {
        insta::assert_snapshot!(check("10.0.0.256"), @"`10.0.0.256` is neither an IPv4 nor an IPv6 address.");
        insta::assert_snapshot!(check("10.0.0.0.0/8"), @"`10.0.0.0.0/8` is neither an IPv4 nor an IPv6 address.");
        insta::assert_snapshot!(check(""), @"`` is neither an IPv4 nor an IPv6 address.");
        insta::assert_snapshot!(check("10.0.0.0/33"), @"A prefix of IPv4 has at most 32 bits.");
        insta::assert_snapshot!(check("::/129"), @"A prefix of IPv6 has at most 128 bits.");
        insta::assert_snapshot!(check("10.0.0.0/999"), @"A prefix of IPv4 has at most 32 bits.");
        insta::assert_snapshot!(check("10.0.0.0/"), @"A prefix of IPv4 has at most 32 bits.");
        insta::assert_snapshot!(check("10.0.0.5/8"), @"Behind the prefix all bits of a network are zero: write `10.0.0.0/8`.");
        insta::assert_snapshot!(check("1.2.3.4/0"), @"Behind the prefix all bits of a network are zero: write `0.0.0.0/0`.");
        insta::assert_snapshot!(check("2001:db8:0:0::/32"), @"It is written `2001:db8::/32` here.");
        insta::assert_snapshot!(check("2001:DB8::1"), @"It is written `2001:db8::1` here.");
        insta::assert_snapshot!(check("10.0.0.0/08"), @"It is written `10.0.0.0/8` here.");
        insta::assert_snapshot!(check("10.0.0.0/+8"), @"It is written `10.0.0.0/8` here.");
    }
}
