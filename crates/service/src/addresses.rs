//! The public addresses that are given out: to floating IPs and to load balancers, each to one at a time, whoever it
//! belongs to. One table, which all accounts share, says which are taken; no answer tells of it.
//!
//! They come from 198.18.0.0/15, which is set aside for tests (RFC 2544) and belongs to nobody: the ranges for
//! documentation are those of the stacklets, and too small. Every region has a part of its own.

use std::net::Ipv4Addr;
use std::time::Duration;

use methodical_server::{Fault, Key, Lookup as _, Record, WriteTx};
use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::store::Database;

const FIRST: u32 = Ipv4Addr::new(198, 18, 0, 0).to_bits();
/// How many addresses a region has; sixteen regions have room.
const OF_A_REGION: u32 = 1 << 13;
/// When somebody may have given one back.
const AGAIN: Duration = Duration::from_secs(60);

/// An address that is taken, under its text. By whom stands with whoever has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Taken {}

impl Record for Taken {
    const TABLE: &'static str = "addresses";
}

/// Takes an address of the region that nobody has.
pub(crate) async fn take(tx: &mut WriteTx<Database>, region: &str) -> Result<String, Fault> {
    // Each search begins after the last, so that simultaneous ones seldom meet and an address that was given back is long
    // not given out again.
    let start = tx.next_number(Taken::TABLE).await?;
    for step in 0..u64::from(OF_A_REGION) {
        let address = nth(region, start.wrapping_add(step)).to_string();
        let key = Key::new(address.as_str());
        if tx.get::<Taken>(&key).await?.is_none() {
            tx.put(&key, Taken {}).await?;
            return Ok(address);
        }
    }
    Err(Fault::Unavailable { detail: format!("all addresses of the region `{region}` are taken"), after: AGAIN })
}

/// Gives an address back.
pub(crate) async fn give_back(tx: &mut WriteTx<Database>, address: &str) -> Result<(), Fault> {
    tx.delete::<Taken>(&Key::new(address)).await?;
    Ok(())
}

/// The first and the last of a region's part are no addresses of hosts.
fn nth(region: &str, number: u64) -> Ipv4Addr {
    let part = catalogue::regions().position(|entry| entry.slug == region).unwrap_or_default();
    let part = u32::try_from(part).unwrap_or_default() % 16;
    let host = u32::try_from(number % u64::from(OF_A_REGION - 2)).unwrap_or_default() + 1;
    Ipv4Addr::from_bits(FIRST + part * OF_A_REGION + host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_addresses_of_its_own() {
        assert_eq!(nth("dal", 0).to_string(), "198.18.0.1");
        assert_eq!(nth("dal", 8189).to_string(), "198.18.31.254");
        assert_eq!(nth("dal", 8190), nth("dal", 0));
        assert_eq!(nth("fra", 0).to_string(), "198.18.32.1");
        assert_eq!(nth("sgp", u64::MAX).to_string(), "198.18.128.16");
    }
}
