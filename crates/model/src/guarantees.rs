//! What a description guarantees, rule by rule instead of operation by operation: every rule of the catalogue stands
//! here once, either with the operations that it holds for or with the reason why it holds for none.
//!
//! Which tests show a rule is not known here: tests are files, and this crate reads none.

use crate::rules::{
    COND_CREATE_ONLY, FAILED_WRITE_NO_EFFECT, LRO_MONITOR, META_ACCESS_INFO, META_RATE_MONOTONE, PATCH_ATOMIC_MERGE,
    QUERY_SAFE, RATE_429_RETRY_AFTER, READ_AFTER_WRITE, READONLY_NOT_WRITABLE, RECREATE_AFTER_DELETE, SUNSET_HONEST,
    WRITE_ATOMIC,
};
use crate::{Api, Family, Held, Method, OperationId, Rule, RuleId, catalogue};

/// All rules of the catalogue as they stand to one description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantees {
    /// The rules that hold for some operation, in the order of the catalogue.
    pub rules: Vec<Guarantee>,
    /// The others, in the same order.
    pub others: Vec<Unpromised>,
}

/// A rule that holds for some operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// The rule.
    pub rule: &'static Rule,
    /// The operations that it holds for, and how the generated server holds it for each.
    pub operations: Vec<(OperationId, Held)>,
}

impl Guarantee {
    /// In how many operations it is held in which way; ways that do not occur are left out.
    pub fn held(&self) -> Vec<(Held, usize)> {
        let count = |way: Held| self.operations.iter().filter(|(_, held)| *held == way).count();
        let ways = [Held::ByType, Held::AtRunTime, Held::ByProofOnly].map(|way| (way, count(way)));
        ways.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// A rule that holds for no operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpromised {
    /// The rule.
    pub rule: &'static Rule,
    /// Why it does not hold.
    pub why: Why,
}

/// Why a rule holds for no operation of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is nothing that it could speak of.
    NotDeclarable {
        /// What is missing, as the end of "no operation ...".
        no_operation: &'static str,
    },
    /// It could be declared and is not.
    NotDeclared,
}

impl Why {
    /// In words, for a person.
    pub fn text(self, rule: &Rule) -> String {
        match self {
            Self::NotDeclarable { no_operation } => format!("not declarable here: no operation {no_operation}"),
            Self::NotDeclared => format!("not declared; what would declare it: {}", rule.declared_by),
        }
    }
}

/// Looks up each rule of the catalogue in the promises of all operations.
pub fn guarantees(api: &Api) -> Guarantees {
    let mut found = Guarantees { rules: Vec::new(), others: Vec::new() };
    for rule in catalogue() {
        let operations = holders(api, rule.id);
        if operations.is_empty() {
            found.others.push(Unpromised { rule, why: why(api, rule) });
        } else {
            found.rules.push(Guarantee { rule, operations });
        }
    }
    found
}

fn holders(api: &Api, rule: RuleId) -> Vec<(OperationId, Held)> {
    let numbered = (0..).map(OperationId).zip(&api.operations);
    let holders = numbered.filter_map(|(id, operation)| {
        let promise = operation.promises.iter().find(|promise| promise.rule == rule)?;
        Some((id, promise.held))
    });
    holders.collect()
}

fn why(api: &Api, rule: &Rule) -> Why {
    let subject = Subject::of(rule);
    if subject.is_in(api) { Why::NotDeclared } else { Why::NotDeclarable { no_operation: subject.missing() } }
}

/// What a rule speaks of: without any such operation nothing can declare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Any,
    Writes,
    Lists,
    Deprecated,
    With(Method),
}

impl Subject {
    fn of(rule: &Rule) -> Self {
        let of_its_own = [
            (QUERY_SAFE, Self::With(Method::Query)),
            (META_ACCESS_INFO, Self::Any),
            (META_RATE_MONOTONE, Self::Any),
            (RATE_429_RETRY_AFTER, Self::Any),
            (READ_AFTER_WRITE, Self::Any),
            (RECREATE_AFTER_DELETE, Self::With(Method::Put)),
            (PATCH_ATOMIC_MERGE, Self::With(Method::Patch)),
            (WRITE_ATOMIC, Self::Writes),
            (READONLY_NOT_WRITABLE, Self::Writes),
            (FAILED_WRITE_NO_EFFECT, Self::Writes),
            (LRO_MONITOR, Self::Writes),
            (COND_CREATE_ONLY, Self::With(Method::Put)),
            (SUNSET_HONEST, Self::Deprecated),
        ];
        let own = of_its_own.into_iter().find(|(id, _)| *id == rule.id).map(|(_, subject)| subject);
        own.unwrap_or(match rule.family {
            Family::Access | Family::Conditional | Family::Method => Self::Any,
            Family::Read => Self::With(Method::Get),
            Family::List => Self::Lists,
            Family::Delete => Self::With(Method::Delete),
            Family::Put => Self::With(Method::Put),
            Family::Post => Self::With(Method::Post),
        })
    }

    fn is_in(self, api: &Api) -> bool {
        let writes = [Method::Put, Method::Post, Method::Patch, Method::Delete];
        let mut operations = api.operations.iter();
        match self {
            Self::Any => operations.next().is_some(),
            Self::Writes => operations.any(|operation| writes.contains(&operation.method)),
            Self::Lists => {
                operations.any(|operation| operation.paging.is_some())
                    || api.resources.iter().any(|resource| resource.list.is_some())
            }
            Self::Deprecated => operations.any(|operation| operation.deprecated),
            Self::With(method) => operations.any(|operation| operation.method == method),
        }
    }

    /// The end of "no operation ...".
    fn missing(self) -> &'static str {
        match self {
            Self::Any => "is there at all",
            Self::Writes => "writes",
            Self::Lists => "lists",
            Self::Deprecated => "is deprecated",
            Self::With(Method::Get) => "is a GET",
            Self::With(Method::Head) => "is a HEAD",
            Self::With(Method::Put) => "is a PUT",
            Self::With(Method::Post) => "is a POST",
            Self::With(Method::Patch) => "is a PATCH",
            Self::With(Method::Delete) => "is a DELETE",
            Self::With(Method::Options) => "is an OPTIONS",
            Self::With(Method::Trace) => "is a TRACE",
            Self::With(Method::Query) => "is a QUERY, which OpenAPI has from 3.2 on",
            Self::With(Method::Other(_)) => "has that method, which OpenAPI has from 3.2 on",
        }
    }
}
