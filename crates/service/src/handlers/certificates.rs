//! Certificates. The private key is checked and then dropped: nothing here ends TLS for anybody, and what is not kept
//! cannot be shown, logged or stolen. A service with load balancers of its own would hand it to them at this place.

use methodical_server::wire::Timestamp;
use methodical_server::{Created, Cx, Found, Lookup as _, ReadTx, Record, Refusal, Removed, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Certificate, CertificateCreate, CertificateList, CertificateResponse};
use stacklets_server::{
    Certificates, CreateCertificate, CreateCertificateRequest, DeleteCertificate, DeleteCertificateRequest,
    GetCertificate, GetCertificateRequest, ListCertificates, ListCertificatesRequest,
};

use super::{all_owned, load_balancers, owned};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::numbers;
use crate::problems::{self, Mistakes};
use crate::store::Database;
use crate::x509;

/// A certificate in the store, under its account and number, without its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct CertificateRecord(Certificate);

impl Record for CertificateRecord {
    const TABLE: &'static str = "certificates";
}

impl Listed for CertificateRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl CertificateRecord {
    fn into_response(self) -> CertificateResponse {
        CertificateResponse { certificate: self.0 }
    }
}

impl Certificates for Stacklets {
    async fn list_certificates<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListCertificatesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, CertificateList>, Refusal<ListCertificates>> {
        let ListCertificatesRequest { page, per_page, query, sort } = request;
        let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
        Ok(Found::later(None, async move {
            let (records, meta) = listing.read::<CertificateRecord>(tx, &all_owned(cx)).await?;
            Ok(CertificateList { certificates: records.into_iter().map(|record| record.0).collect(), meta })
        }))
    }

    async fn create_certificate<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateCertificateRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<CertificateResponse>, Refusal<CreateCertificate>> {
        let CertificateCreate { certificate, name, private_key } = request.body;
        let facts = x509::check(&certificate, private_key.expose(), cx.now().into()).map_err(|found| {
            let mut mistakes = Mistakes::default();
            for mistake in found {
                let pointer = if mistake.is_of_key() { "/private_key" } else { "/certificate" };
                mistakes.add_senseless(pointer.to_owned(), mistake.to_string());
            }
            mistakes.refuse()
        })?;
        let id = numbers::next(tx, CertificateRecord::TABLE).await?;
        let certificate = Certificate {
            certificate,
            created_at: cx.now(),
            fingerprint_sha1: facts.sha1,
            fingerprint_sha256: facts.sha256,
            id,
            name,
            names: facts.names,
            not_after: facts.not_after.into(),
            not_before: facts.not_before.into(),
        };
        let created = tx.create_one(owned(cx, id), CertificateRecord(certificate)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_certificate<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetCertificateRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, CertificateResponse>>, Refusal<GetCertificate>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, CertificateRecord::into_response)))
    }

    /// One that a load balancer uses stays (DELETE-CHILDREN).
    async fn delete_certificate<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteCertificateRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteCertificate>> {
        let id = request.id;
        let target = tx.target::<CertificateRecord>(owned(cx, id)).await?;
        if target.current().is_some()
            && let Some(user) = load_balancers::user_of_certificate(tx, cx, id).await?
        {
            let detail = format!("The load balancer {user} uses the certificate {id}.");
            return Err(problems::in_use(detail));
        }
        Ok(tx.remove(target).await?)
    }
}
