//! What a load balancer is wanted to be, checked against what there is.

use std::collections::BTreeSet;

use methodical_server::wire::Timestamp;
use methodical_server::wire::{Place, Uuid};
use methodical_server::{Cx, Declares, Fault, Lookup, Operation, Refusal};
use stacklets_server::types::{
    LoadBalancer, LoadBalancerHealth, LoadBalancerInput, LoadBalancerRule, LoadBalancerRuleProtocol,
};

use super::certificates::CertificateRecord;
use super::stacklets::StackletRecord;
use super::{owned, projects};
use crate::access::Caller;
use crate::catalogue;
use crate::problems::{Kind, Mistakes};

/// A load balancer that may be: all that it names is there and fits.
#[derive(Debug)]
pub(super) struct Balancing {
    input: LoadBalancerInput,
    project_uuid: Uuid,
}

impl Balancing {
    /// Checks everything that a body says, and tells all mistakes at once.
    pub(super) async fn check<Op: Declares<422> + Operation>(
        tx: &impl Lookup,
        cx: &Cx<Caller>,
        mut input: LoadBalancerInput,
    ) -> Result<Balancing, Refusal<Op>> {
        let mut mistakes = Mistakes::default();
        if catalogue::find_region(&input.region).is_none() {
            mistakes.add_missing("/region".to_owned(), format!("There is no region `{}`.", input.region));
        }
        check_rules(tx, cx, &input.rules, &mut mistakes).await?;
        check_stacklets(tx, cx, &input.region, input.stacklet_ids.as_deref().unwrap_or_default(), &mut mistakes)
            .await?;
        let project_uuid = projects::resolve(tx, cx, input.project_uuid.take(), &mut mistakes).await?;
        mistakes.check()?;
        Ok(Balancing { input, project_uuid })
    }

    /// The slug of its region.
    pub(super) fn region(&self) -> &str {
        &self.input.region
    }

    /// The load balancer, new: what was left out has its default, and is shown.
    pub(super) fn load_balancer(self, uuid: Uuid, ip: String, now: Timestamp) -> LoadBalancer {
        let LoadBalancerInput {
            algorithm,
            health,
            name,
            project_uuid: _,
            redirect_http_to_https,
            region,
            rules,
            stacklet_ids,
            sticky_sessions,
        } = self.input;
        LoadBalancer {
            algorithm,
            created_at: now,
            health: shown_health(health),
            ip,
            name,
            project_uuid: Some(Some(self.project_uuid)),
            redirect_http_to_https: Some(redirect_http_to_https.unwrap_or(false)),
            region,
            rules: rules.into_iter().map(shown_rule).collect(),
            stacklet_ids: Some(stacklet_ids.unwrap_or_default()),
            sticky_sessions: Some(sticky_sessions.flatten()),
            task: None,
            uuid,
        }
    }
}

fn shown_health(health: LoadBalancerHealth) -> LoadBalancerHealth {
    let LoadBalancerHealth { fall, interval, path, port, protocol, rise } = health;
    LoadBalancerHealth {
        fall: Some(fall.unwrap_or(3)),
        interval: Some(interval.unwrap_or(10)),
        path: Some(path.unwrap_or_else(|| "/".to_owned())),
        port,
        protocol,
        rise: Some(rise.unwrap_or(3)),
    }
}

/// The rule with its defaults.
pub(super) fn shown_rule(rule: LoadBalancerRule) -> LoadBalancerRule {
    LoadBalancerRule {
        certificate_id: Some(rule.certificate_id.flatten()),
        tls_passthrough: Some(rule.tls_passthrough.unwrap_or(false)),
        ..rule
    }
}

/// Whether the rules are sound, each in itself and all beside each other.
pub(super) async fn check_rules(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    rules: &[LoadBalancerRule],
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    let mut ports = BTreeSet::new();
    for (index, rule) in rules.iter().enumerate() {
        if !ports.insert(rule.source_port) {
            let detail = format!("There is another rule for the port {} before it.", rule.source_port);
            mistakes.add(Kind::Senseless, Place::Body, format!("/rules/{index}/source_port"), detail);
        }
        if let Err((member, detail)) = check_encryption(rule) {
            mistakes.add(Kind::Senseless, Place::Body, format!("/rules/{index}/{member}"), detail.to_owned());
        }
        if let Some(id) = rule.certificate_id.flatten()
            && tx.get::<CertificateRecord>(&owned(cx, id)).await?.is_none()
        {
            let detail = format!("There is no certificate {id}.");
            mistakes.add_missing(format!("/rules/{index}/certificate_id"), detail);
        }
    }
    Ok(())
}

/// What is encrypted has exactly one end; what is not has none.
fn check_encryption(rule: &LoadBalancerRule) -> Result<(), (&'static str, &'static str)> {
    let is_encrypted = match rule.protocol {
        LoadBalancerRuleProtocol::Https | LoadBalancerRuleProtocol::Http2 => true,
        LoadBalancerRuleProtocol::Http | LoadBalancerRuleProtocol::Tcp => false,
        LoadBalancerRuleProtocol::Unknown(_) => return Err(("protocol", "It is none of the protocols.")),
    };
    let has_certificate = rule.certificate_id.flatten().is_some();
    let passes_through = rule.tls_passthrough.unwrap_or(false);
    match (is_encrypted, has_certificate, passes_through) {
        (true, true, false) | (true, false, true) | (false, false, false) => Ok(()),
        (true, true, true) => Err(("tls_passthrough", "TLS is ended with the certificate or handed on, not both.")),
        (true, false, false) => Err(("certificate_id", "The protocol needs a certificate, or `tls_passthrough`.")),
        (false, true, _) => Err(("certificate_id", "The protocol is not encrypted, so it has no certificate.")),
        (false, false, true) => Err(("tls_passthrough", "The protocol is not encrypted, so there is no TLS.")),
    }
}

/// Whether the stacklets are there, in the region.
pub(super) async fn check_stacklets(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    region: &str,
    ids: &[u64],
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    for (index, id) in ids.iter().enumerate() {
        let pointer = format!("/stacklet_ids/{index}");
        match tx.get::<StackletRecord>(&owned(cx, *id)).await? {
            None => mistakes.add_missing(pointer, format!("There is no stacklet {id}.")),
            Some(stored) if stored.0.region != region => {
                let detail = format!("The stacklet {id} is in the region `{}`.", stored.0.region);
                mistakes.add_unfit(pointer, detail);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
