//! A GET that answers something else than the declared object or its absence, and a HEAD with a handler of its own.
// Shows: GET-JSON-OBJECT, GET-ABSENT-404, HEAD-MIRRORS-GET

#[path = "../shop.rs"]
mod shop;

use shop::Shop;
use stacklets_server::runtime::{Cx, Found, MemoryStore, ReadTx, Refusal};
use stacklets_server::types::RegionResponse;
use stacklets_server::{GetRegion, GetRegionRequest, ListRegions, ListRegionsRequest, Regions};

impl Regions for Shop {
    async fn list_regions<'t>(
        &'t self,
        _tx: &'t ReadTx<MemoryStore>,
        _request: ListRegionsRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Found<'t, Vec<RegionResponse>>, Refusal<ListRegions>> {
        Ok(Found::now(None, Vec::new()))
    }

    async fn get_region<'t>(
        &'t self,
        _tx: &'t ReadTx<MemoryStore>,
        _request: GetRegionRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Found<'t, Option<RegionResponse>>, Refusal<GetRegion>> {
        Ok(Found::now(None, None))
    }

    async fn head_region<'t>(&'t self, _tx: &'t ReadTx<MemoryStore>) -> u64 {
        0
    }
}

fn main() {}
