//! The addresses of stacklets. There are no machines behind them, so they are taken from the ranges
//! that are set aside for documentation (RFC 5737, RFC 3849) and belong to nobody. They follow from
//! the stacklet's number: the same one has the same addresses for ever.

use std::net::{Ipv4Addr, Ipv6Addr};

use stacklets_server::types::{Ipv4Network, Ipv6Network, NetworkType, StackletNetworks};

const BLOCKS: [[u8; 3]; 3] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]];
const PREFIX: [u16; 4] = [0x2001, 0xdb8, 0, 0];
const GATEWAY: u8 = 1;
/// The hosts of a block, without the gateway and the two addresses that are no hosts.
const HOSTS: u64 = 253;

/// The addresses of the stacklet of this number, with one in the private network too or without.
pub(crate) fn of(id: u64, private: bool) -> StackletNetworks {
    let mut networks = StackletNetworks { v4: vec![v4(id)], v6: vec![v6(id)] };
    if private {
        networks.v4.push(private_v4(id));
    }
    networks
}

/// In 10.0.0.0/8, which is big enough that those of neighbours differ.
fn private_v4(id: u64) -> Ipv4Network {
    let host = u32::try_from(id % 0xFF_FFFD).unwrap_or_default() + 2;
    let [_, b, c, d] = host.to_be_bytes();
    Ipv4Network {
        address: Ipv4Addr::new(10, b, c, d).to_string(),
        gateway: Ipv4Addr::new(10, 0, 0, GATEWAY).to_string(),
        netmask: "255.0.0.0".to_owned(),
        r#type: NetworkType::Private,
    }
}

fn v4(id: u64) -> Ipv4Network {
    // One block after the other, then from the beginning: 759 numbers share one address.
    let [a, b, c] = BLOCKS[usize::try_from(id / HOSTS % 3).unwrap_or_default()];
    let host = u8::try_from(id % HOSTS).unwrap_or_default() + GATEWAY + 1;
    Ipv4Network {
        address: Ipv4Addr::new(a, b, c, host).to_string(),
        gateway: Ipv4Addr::new(a, b, c, GATEWAY).to_string(),
        netmask: "255.255.255.0".to_owned(),
        r#type: NetworkType::Public,
    }
}

fn v6(id: u64) -> Ipv6Network {
    Ipv6Network {
        address: v6_address(id.saturating_add(GATEWAY.into())).to_string(),
        gateway: v6_address(GATEWAY.into()).to_string(),
        netmask: 64,
        r#type: NetworkType::Public,
    }
}

fn v6_address(host: u64) -> Ipv6Addr {
    let prefix = PREFIX.iter().fold(0, |bits, &part| bits << 16 | u128::from(part));
    Ipv6Addr::from_bits(prefix << 64 | u128::from(host))
}

#[cfg(test)]
mod tests {
    use methodical_server::wire::validate;
    use stacklets_server::types::schemas;

    use super::*;

    fn check(id: u64) -> String {
        let networks = of(id, true);
        let value = serde_json::to_value(&networks).unwrap();
        assert_eq!(validate(&schemas::STACKLET_NETWORKS, &value), []);
        let [public, private] = [0, 1].map(|index| networks.v4[index].address.as_str());
        assert_eq!(of(id, false).v4.len(), 1);
        format!("{public} {private} {}", networks.v6[0].address)
    }

    #[test]
    fn addresses_follow_from_the_number() {
        insta::assert_snapshot!(check(1), @"192.0.2.3 10.0.0.3 2001:db8::2");
        insta::assert_snapshot!(check(252), @"192.0.2.254 10.0.0.254 2001:db8::fd");
        insta::assert_snapshot!(check(253), @"198.51.100.2 10.0.0.255 2001:db8::fe");
        insta::assert_snapshot!(check(1_000_000_000), @"192.0.2.45 10.154.202.179 2001:db8::3b9a:ca01");
        insta::assert_snapshot!(check(9_007_199_254_740_991), @"198.51.100.53 10.0.1.33 2001:db8:0:0:20::");
        insta::assert_snapshot!(check(u64::MAX), @"203.0.113.237 10.9.0.1 2001:db8::ffff:ffff:ffff:ffff");
    }
}
