//! A GET handler asks for a transaction that writes.
// Shows: GET-SAFE

#[path = "../shop.rs"]
mod shop;

use shop::Shop;
use stacklets_server::runtime::{Cx, Found, MemoryStore, ReadTx, Refusal, WriteTx};
use stacklets_server::types::{RegionList, RegionResponse};
use stacklets_server::{GetRegion, GetRegionRequest, ListRegions, ListRegionsRequest, Regions};

impl Regions for Shop {
    async fn list_regions<'t>(
        &'t self,
        _tx: &'t ReadTx<MemoryStore>,
        _request: ListRegionsRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Found<'t, RegionList>, Refusal<ListRegions>> {
        loop {}
    }

    async fn get_region<'t>(
        &'t self,
        _tx: &'t mut WriteTx<MemoryStore>,
        _request: GetRegionRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Option<Found<'t, RegionResponse>>, Refusal<GetRegion>> {
        Ok(None)
    }
}

fn main() {}
