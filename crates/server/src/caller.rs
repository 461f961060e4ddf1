//! Who is calling, and how much they may: the two questions that every request is asked first, whatever else is to become of it.

use crate::api::{Api, Unauthenticated};
use crate::credentials::{Credentials, challenges};
use crate::failure::Failure;
use crate::in_time::in_time;
use crate::peer::Peer;
use crate::pipeline::Pipeline;
use crate::rate::Rate;
use crate::tx::ReadTx;
use crate::work::too_slow;
use http::request::Parts;
use methodical_wire::SecurityScheme;

/// A caller who is known, and under which names.
pub(crate) struct Caller<A: Api> {
    pub(crate) principal: A::Principal,
    /// What the caller was looked up in, as long as nothing has to be waited for.
    pub(crate) view: Option<ReadTx<A::Store>>,
    pub(crate) rate_key: String,
    /// There is nobody whom the API could name.
    pub(crate) anonymous: bool,
    /// For the log and the observer, if there is one.
    pub(crate) name: Option<String>,
}

impl<A: Api> Pipeline<A> {
    /// Nothing else of the request has been looked at (AUTH-ENFORCED).
    pub(crate) async fn identify(
        &self,
        parts: &Parts,
        security: &'static [&'static [SecurityScheme]],
    ) -> Result<Caller<A>, Failure> {
        let refuse = |detail: &str| Failure::unauthorized(detail, challenges(security, &self.realm));
        let credentials =
            if security.is_empty() { Some(Credentials::default()) } else { Credentials::read(security, parts) };
        let Some(credentials) = credentials else {
            return Err(refuse("The request carries no credentials, or not in the form that is expected."));
        };
        if credentials.is_empty() {
            let anonymous = self.api.anonymous();
            let principal = anonymous.ok_or_else(|| refuse("The request carries no credentials."))?;
            let rate_key = Peer::rate_key(&parts.extensions);
            return Ok(Caller { view: None, anonymous: true, name: None, rate_key, principal });
        }
        // Boxed: a future of a store's may be large, and the futures around it would each be as large again.
        let asked = in_time(self.limits.timeout, Box::pin(self.authenticate(&credentials)));
        let (principal, view) = asked.await.ok_or_else(too_slow)?.map_err(|error| match error {
            Unauthenticated::Invalid(detail) => refuse(&detail),
            Unauthenticated::Forbidden(forbidden) => forbidden.into_problem().into(),
            Unauthenticated::Fault(fault) => Failure::fault(&fault),
        })?;
        Ok(Caller {
            rate_key: self.api.rate_key(&principal),
            anonymous: false,
            name: if self.is_observed() { self.api.name(&principal) } else { None },
            view: Some(view).filter(|_| self.rate.is_immediate()),
            principal,
        })
    }

    async fn authenticate(
        &self,
        credentials: &Credentials,
    ) -> Result<(A::Principal, ReadTx<A::Store>), Unauthenticated> {
        let tx = ReadTx::begin(&self.store).await?;
        let principal = self.api.authenticate(&tx, credentials).await?;
        Ok((principal, tx))
    }

    /// Counts a request. One that cannot be counted is not let in: what keeps the limit must not be passed by while the counter
    /// is down.
    pub(crate) async fn count(&self, rate_key: &str) -> Result<Rate, Failure> {
        let rule = self.limits.rate;
        let taken = in_time(self.limits.timeout, self.rate.take(rate_key, rule)).await.ok_or_else(too_slow)?;
        let taken = taken.map_err(|error| Failure::uncounted(&error))?;
        Ok(Rate::new(rule, taken))
    }
}
