//! The registry: one file a rule.

mod accepted_only;
mod accepted_without_monitor;
mod access_info_incomplete;
mod allow_missing;
mod alternative_covered;
mod ambiguous_put;
mod atomicity_of_one;
mod bare_list;
mod body_without_meaning;
mod challenge_missing;
mod children_policy;
mod created_without_location;
mod credentials_in_url;
mod default_does_not_fit;
mod delete_without_message;
mod deprecated_without_sunset;
mod effect_contradicts;
mod envelope_differs;
mod error_body_differs;
mod error_missing;
mod error_without_problem;
mod example_does_not_fit;
mod example_missing;
mod existing_policy;
mod head_exceeds_get;
mod head_without_get;
mod immutable_required;
mod item_without_404;
mod key_on_repeatable;
mod list_without_pages;
mod lost_update;
mod missing_policy;
mod monitor_stands_still;
mod page_size_unbounded;
mod parameter_ignored;
mod parameter_name_shared;
mod patch_without_meaning;
mod pattern_invalid;
mod plain_http;
mod plain_http_credentials;
mod precondition_incomplete;
mod put_body_identifier;
mod put_not_round_trip;
mod rate_limit_without_429;
mod read_only_match;
mod redirect_without_location;
mod required_with_default;
mod retry_after_missing;
mod security_without_401;
mod staleness;
mod status_contradicts_method;
mod success_missing;
mod unknown_scope;
mod unsecured_write;

use crate::LintRule;

/// All rules, by id.
pub(crate) const REGISTRY: &[LintRule] = &[
    accepted_only::RULE,
    accepted_without_monitor::RULE,
    access_info_incomplete::RULE,
    allow_missing::RULE,
    alternative_covered::RULE,
    ambiguous_put::RULE,
    atomicity_of_one::RULE,
    bare_list::RULE,
    body_without_meaning::RULE,
    challenge_missing::RULE,
    children_policy::RULE,
    created_without_location::RULE,
    credentials_in_url::RULE,
    default_does_not_fit::RULE,
    delete_without_message::RULE,
    deprecated_without_sunset::RULE,
    effect_contradicts::RULE,
    envelope_differs::RULE,
    error_body_differs::RULE,
    error_missing::RULE,
    error_without_problem::RULE,
    example_does_not_fit::RULE,
    example_missing::RULE,
    existing_policy::RULE,
    head_exceeds_get::RULE,
    head_without_get::RULE,
    immutable_required::RULE,
    item_without_404::RULE,
    key_on_repeatable::RULE,
    list_without_pages::RULE,
    lost_update::RULE,
    missing_policy::RULE,
    monitor_stands_still::RULE,
    page_size_unbounded::RULE,
    parameter_ignored::RULE,
    parameter_name_shared::RULE,
    patch_without_meaning::RULE,
    pattern_invalid::RULE,
    plain_http::RULE,
    plain_http_credentials::RULE,
    precondition_incomplete::RULE,
    put_body_identifier::RULE,
    put_not_round_trip::RULE,
    rate_limit_without_429::RULE,
    read_only_match::RULE,
    redirect_without_location::RULE,
    required_with_default::RULE,
    retry_after_missing::RULE,
    security_without_401::RULE,
    staleness::RULE,
    status_contradicts_method::RULE,
    success_missing::RULE,
    unknown_scope::RULE,
    unsecured_write::RULE,
];
