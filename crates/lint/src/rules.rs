//! The registry: one file a rule.

mod accepted_only;
mod accepted_without_monitor;
mod access_info_incomplete;
mod ambiguous_put;
mod atomicity_of_one;
mod body_without_meaning;
mod challenge_missing;
mod children_policy;
mod created_without_location;
mod delete_without_message;
mod effect_contradicts;
mod error_without_problem;
mod example_does_not_fit;
mod example_missing;
mod existing_policy;
mod head_exceeds_get;
mod immutable_required;
mod item_without_404;
mod key_on_repeatable;
mod missing_policy;
mod monitor_stands_still;
mod pattern_invalid;
mod plain_http;
mod plain_http_credentials;
mod precondition_incomplete;
mod put_body_identifier;
mod read_only_match;
mod retry_after_missing;
mod security_without_401;
mod staleness;
mod unsecured_write;

use crate::LintRule;

/// All rules, by id.
pub(crate) const REGISTRY: &[LintRule] = &[
    accepted_only::RULE,
    accepted_without_monitor::RULE,
    access_info_incomplete::RULE,
    ambiguous_put::RULE,
    atomicity_of_one::RULE,
    body_without_meaning::RULE,
    challenge_missing::RULE,
    children_policy::RULE,
    created_without_location::RULE,
    delete_without_message::RULE,
    effect_contradicts::RULE,
    error_without_problem::RULE,
    example_does_not_fit::RULE,
    example_missing::RULE,
    existing_policy::RULE,
    head_exceeds_get::RULE,
    immutable_required::RULE,
    item_without_404::RULE,
    key_on_repeatable::RULE,
    missing_policy::RULE,
    monitor_stands_still::RULE,
    pattern_invalid::RULE,
    plain_http::RULE,
    plain_http_credentials::RULE,
    precondition_incomplete::RULE,
    put_body_identifier::RULE,
    read_only_match::RULE,
    retry_after_missing::RULE,
    security_without_401::RULE,
    staleness::RULE,
    unsecured_write::RULE,
];
