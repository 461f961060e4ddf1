//! The catalogue of regions.

use methodical_server::{Cx, Found, ReadTx, Refusal};
use stacklets_server::types::{RegionList, RegionResponse};
use stacklets_server::{GetRegion, GetRegionRequest, ListRegions, ListRegionsRequest, Regions};

use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::page::Page;
use crate::store::Database;

impl Regions for Stacklets {
    async fn list_regions<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: ListRegionsRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, RegionList>, Refusal<ListRegions>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (regions, meta) = page.cut(catalogue::regions());
            Ok(RegionList { meta, regions })
        }))
    }

    async fn get_region<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: GetRegionRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, RegionResponse>>, Refusal<GetRegion>> {
        let Some(region) = catalogue::find_region(&request.slug) else {
            return Ok(None);
        };
        let etag = catalogue::etag(&region)?;
        Ok(Some(Found::now(Some(etag), RegionResponse { region })))
    }
}
