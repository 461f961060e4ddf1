//! A GET handler writes, by the transaction it is given or by a helper that wants one which writes.
// Shows: GET-SAFE

#[path = "../shop.rs"]
mod shop;

use shop::{Shop, Visits};
use stacklets_server::runtime::{Cx, Found, Key, MemoryStore, ReadTx, Refusal, Writes};
use stacklets_server::types::{RegionList, RegionResponse};
use stacklets_server::{GetRegion, GetRegionRequest, ListRegions, ListRegionsRequest, Regions};

async fn count_visit(_tx: &impl Writes) {}

impl Regions for Shop {
    async fn list_regions<'t>(
        &'t self,
        tx: &'t ReadTx<MemoryStore>,
        _request: ListRegionsRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Found<'t, RegionList>, Refusal<ListRegions>> {
        tx.put(&Key::new("visits"), Visits(1)).await?;
        loop {}
    }

    async fn get_region<'t>(
        &'t self,
        tx: &'t ReadTx<MemoryStore>,
        _request: GetRegionRequest,
        _cx: &'t Cx<String>,
    ) -> Result<Option<Found<'t, RegionResponse>>, Refusal<GetRegion>> {
        count_visit(tx).await;
        Ok(None)
    }
}

fn main() {}
