//! The catalogues of images.

use methodical_server::{Cx, Found, ReadTx, Refusal};
use stacklets_server::types::{ApplicationList, ContainerList, DistributionList};
use stacklets_server::{
    Images, ListApplications, ListApplicationsRequest, ListContainers, ListContainersRequest, ListDistributions,
    ListDistributionsRequest,
};

use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::page::Page;
use crate::store::Database;

impl Images for Stacklets {
    async fn list_distributions<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: ListDistributionsRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, DistributionList>, Refusal<ListDistributions>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (distributions, meta) = page.cut(catalogue::distributions());
            Ok(DistributionList { distributions, meta })
        }))
    }

    async fn list_applications<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: ListApplicationsRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, ApplicationList>, Refusal<ListApplications>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (applications, meta) = page.cut(catalogue::applications());
            Ok(ApplicationList { applications, meta })
        }))
    }

    async fn list_containers<'t>(
        &'t self,
        _tx: &'t ReadTx<Database>,
        request: ListContainersRequest,
        _cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, ContainerList>, Refusal<ListContainers>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (containers, meta) = page.cut(catalogue::containers());
            Ok(ContainerList { containers, meta })
        }))
    }
}
