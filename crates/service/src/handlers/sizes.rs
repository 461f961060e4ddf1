//! The catalogue of sizes.

use methodical_server::{Cx, Found, ReadTx, Refusal};
use stacklets_server::types::{SizeList, SizeResponse};
use stacklets_server::{GetSize, GetSizeRequest, ListSizes, ListSizesRequest, Sizes};

use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::page::Page;
use crate::store::Database;

impl Sizes for Stacklets {
    async fn list_sizes<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: ListSizesRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, SizeList>, Refusal<ListSizes>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (sizes, meta) = page.cut(catalogue::sizes());
            Ok(SizeList { meta, sizes })
        }))
    }

    async fn get_size<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: GetSizeRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, SizeResponse>>, Refusal<GetSize>> {
        let Some(size) = catalogue::find_size(&request.slug) else {
            return Ok(None);
        };
        let etag = catalogue::etag(&size)?;
        Ok(Some(Found::now(Some(etag), SizeResponse { size })))
    }
}
