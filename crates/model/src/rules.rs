//! The catalogue of rules: one id a rule, and everything that any consumer says about it.
//!
//! What a change to a promise means stands here and not in the comparison, what a rule asks of a server stands here and
//! not in the generator: so that lint, review, client, server, prover and documentation cannot disagree. Code names a
//! rule by its constant ([`GET_SAFE`]); an id cannot be made anywhere else, so a misspelt one does not compile.

mod access;
mod conditional;
mod delete;
mod list;
mod method;
mod post;
mod put;
mod read;

use std::fmt;
use std::sync::LazyLock;

pub use access::{AUTH_CHALLENGE, AUTH_ENFORCED, AUTH_NO_ORACLE, HTTPS_ONLY};
pub use conditional::{
    COND_CAS, COND_CREATE_ONLY, COND_IF_MATCH, COND_INM_304, COND_PRECEDENCE, COND_REQUIRED, ETAG_TRUE,
};
pub use delete::{
    DELETE_ATOMIC_MISSING, DELETE_CHILDREN, DELETE_EFFECTIVE, DELETE_IDEMPOTENT, DELETE_NO_PRECHECK, DELETE_ONCE,
    DELETE_TARGET_ONLY, RECREATE_AFTER_DELETE,
};
pub use list::{LIST_COHERENT, LIST_EMPTY_200, LIST_PAGE_COMPLETE, LIST_STABLE_ORDER};
pub use method::{
    CACHE_HONEST, ERROR_DECLARED, ERROR_PROBLEM, INVALID_REFUSED, METHOD_NO_OVERRIDE, METHOD_NOT_ALLOWED_ALLOW,
    METHOD_UNKNOWN_501, NO_5XX, OPTIONS_ALLOW, PREFER_HONEST, RANGE_HONEST, SUNSET_HONEST,
};
pub use post::{
    IDEM_FINGERPRINT, IDEM_ONCE, IDEM_REPLAY, IDEM_REPLAY_ERRORS, LRO_MONITOR, POST_CREATED, POST_FRESH_ID,
    POST_LOCATION_RESOLVES, POST_MANY_ATOMIC, POST_MANY_ORDER,
};
pub use put::{
    FAILED_WRITE_NO_EFFECT, PATCH_ATOMIC_MERGE, PUT_CREATE_ONCE, PUT_IDEMPOTENT, PUT_READBACK, PUT_REGARDLESS,
    PUT_REPLACES_WHOLE, PUT_STATUS_TRUE, PUT_TARGET, PUT_UPSERT, READONLY_NOT_WRITABLE, READONLY_STABLE, WRITE_ATOMIC,
};
pub use read::{
    GET_ABSENT_404, GET_JSON_OBJECT, GET_LINKS_RESOLVE, GET_SAFE, HEAD_LENGTH_TRUE, HEAD_MIRRORS_GET, META_ACCESS_INFO,
    META_RATE_MONOTONE, QUERY_SAFE, RATE_429_RETRY_AFTER, READ_AFTER_WRITE,
};

use crate::Held;

/// The id of a rule, e.g. `GET-SAFE`. Ordered by its text; for the order of the catalogue see [`RuleId::position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

impl RuleId {
    /// As it is written everywhere.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Its place in the catalogue, from 0.
    pub fn position(self) -> usize {
        // Each id is made beside its rule; a test finds the rule of every one of them.
        catalogue().iter().position(|rule| rule.id == self).unwrap_or(usize::MAX)
    }

    /// Its rule.
    pub fn rule(self) -> Option<&'static Rule> {
        catalogue().get(self.position())
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.0)
    }
}

/// What a change to a promise does to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiffSeverity {
    /// Safe for clients, a new duty for servers.
    Strengthens,
    /// Code still compiles and means less.
    Weakens,
    /// Code stops compiling or requests stop working.
    Breaks,
}

impl DiffSeverity {
    /// The word for it: `strengthens`, `weakens` or `breaks`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strengthens => "strengthens",
            Self::Weakens => "weakens",
            Self::Breaks => "breaks",
        }
    }
}

/// What each kind of change to a promise does to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes {
    /// It is no longer declared.
    pub withdrawn: DiffSeverity,
    /// It is declared and promises less, or something else.
    pub weakened: DiffSeverity,
    /// It was not declared before.
    pub introduced: DiffSeverity,
}

/// What it takes to refute a rule on a running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Requests one after another.
    Sequential,
    /// Requests at the same time.
    Concurrent,
    /// Either can.
    Both,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Who may ask, and over what.
    Access,
    /// GET, HEAD, metadata.
    Read,
    /// Collections.
    List,
    /// DELETE.
    Delete,
    /// PUT, PATCH and writes as such.
    Put,
    /// POST and idempotency keys.
    Post,
    /// Preconditions.
    Conditional,
    /// Methods and errors.
    Method,
}

/// A rule of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// A second name, for the other half of a rule that is true in both directions.
    pub alias: Option<&'static str>,
    /// What it is about.
    pub family: Family,
    /// Whether it belongs to the core.
    pub core: bool,
    /// The promise, without a full stop.
    pub title: &'static str,
    /// Where it comes from: a clause, or a practice.
    pub source: &'static str,
    /// What in a description declares it.
    pub declared_by: &'static str,
    /// What it takes to refute it.
    pub evidence: Evidence,
    /// How a generated server holds it where the operation's outcome has a type of its own.
    pub held: Held,
    /// What changes to it do to clients.
    pub changes: Changes,
    /// Rules without which it means nothing: where one of these is refuted or withdrawn, this is a consequence.
    pub depends_on: &'static [RuleId],
    /// The manual page: what it means, who gives it, what follows.
    pub manual: &'static str,
}

/// All rules, in the order in which everything lists them.
pub fn catalogue() -> &'static [Rule] {
    static CATALOGUE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let families = [
            access::RULES,
            read::RULES,
            list::RULES,
            delete::RULES,
            put::RULES,
            post::RULES,
            conditional::RULES,
            method::RULES,
        ];
        families.concat()
    });
    &CATALOGUE
}

/// The rule with this id or alias, in any letter case.
pub fn find(id: &str) -> Option<&'static Rule> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(id);
    catalogue().iter().find(|rule| is_it(rule.id.as_str()) || rule.alias.is_some_and(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_complete_and_each_id_finds_its_rule() {
        let rules = catalogue();
        assert_eq!(rules.len(), 69);
        assert_eq!(rules.iter().filter(|rule| rule.core).count(), 44);
        for (position, rule) in rules.iter().enumerate() {
            assert_eq!(rule.id.position(), position, "{} stands twice", rule.id);
            assert_eq!(find(rule.id.as_str()), Some(rule));
        }
        assert_eq!(find("valid-accepted").map(|rule| rule.id), Some(INVALID_REFUSED));
        assert_eq!(find("NO-SUCH-RULE"), None);
    }

    #[test]
    fn no_rule_depends_on_itself() {
        fn reaches(from: RuleId, to: RuleId, depth: usize) -> bool {
            let depends_on = from.rule().map_or(&[][..], |rule| rule.depends_on);
            depth > 0 && depends_on.iter().any(|rule| *rule == to || reaches(*rule, to, depth - 1))
        }
        for rule in catalogue() {
            assert!(!reaches(rule.id, rule.id, 12), "{} depends on itself", rule.id);
        }
    }
}
