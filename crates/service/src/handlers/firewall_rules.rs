//! The rules of firewalls. A rule is its value: two with the same members are one.

use stacklets_server::RemoveFirewallRuleRequest;
use stacklets_server::types::{Firewall, FirewallRuleDirection, Rule, RuleProtocol};

use crate::network::Network;
use crate::problems::Mistakes;

/// As many as a PUT may send: what a GET shows can be put back.
const MOST: usize = 100;

/// The rules of a request as they are stored and shown: what was left out is null. Those that make no sense are noted.
pub(super) fn settle(rules: Vec<Rule>, pointer: &str, mistakes: &mut Mistakes) -> Vec<Rule> {
    let mut settled: Vec<Rule> = Vec::with_capacity(rules.len());
    for (index, rule) in rules.into_iter().map(shown).enumerate() {
        check(&rule, &format!("{pointer}/{index}"), mistakes);
        // The schema tells of equal texts only, and not of a null that stands in one and is left out in the other.
        if settled.contains(&rule) {
            mistakes.add_senseless(format!("{pointer}/{index}"), "This rule stands in the list twice.".to_owned());
        }
        settled.push(rule);
    }
    settled
}

/// Adds rules to those that are there, each of which is there once afterwards.
pub(super) fn add(rules: &mut Vec<Rule>, more: Vec<Rule>, pointer: &str, mistakes: &mut Mistakes) {
    for (index, rule) in more.into_iter().map(shown).enumerate() {
        check(&rule, &format!("{pointer}/{index}"), mistakes);
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    if rules.len() > MOST {
        let detail = format!("A firewall has at most {MOST} rules in a direction.");
        mistakes.add_senseless(pointer.to_owned(), detail);
    }
}

/// Takes out the rule that the request writes out; says whether it was there.
pub(super) fn remove(firewall: &mut Firewall, request: &RemoveFirewallRuleRequest) -> bool {
    let rules = match request.direction {
        FirewallRuleDirection::Inbound => &mut firewall.inbound_rules,
        FirewallRuleDirection::Outbound => &mut firewall.outbound_rules,
        FirewallRuleDirection::Unknown(_) => return false,
    };
    let before = rules.len();
    rules.retain(|rule| {
        let protocol = rule.protocol.as_ref().and_then(Option::as_ref);
        let same = rule.address == request.address
            && rule.port.flatten() == request.port
            && protocol.map(RuleProtocol::as_str) == request.protocol.as_ref().map(|protocol| protocol.as_str());
        !same
    });
    rules.len() < before
}

fn shown(rule: Rule) -> Rule {
    Rule { address: rule.address, port: Some(rule.port.flatten()), protocol: Some(rule.protocol.flatten()) }
}

fn check(rule: &Rule, pointer: &str, mistakes: &mut Mistakes) {
    if let Err(error) = Network::parse(&rule.address) {
        mistakes.add_senseless(format!("{pointer}/address"), error.to_string());
    }
    if rule.protocol == Some(Some(RuleProtocol::Icmp)) && rule.port.flatten().is_some() {
        mistakes.add_senseless(format!("{pointer}/port"), "ICMP has no ports.".to_owned());
    }
}
