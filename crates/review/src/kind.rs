//! What can change in a contract: a closed list, one id and one line for each kind.
//!
//! The ids stand in reports, ledgers and configurations, so they do not change. What a change does to whom is not said by
//! its kind: it depends on the direction, and each plane has its own verdict.

use crate::SchemaChangeKind;

/// Declares the kinds once: variant, id, and what it means in a line.
macro_rules! kinds {
    ($($variant:ident $id:literal $summary:literal)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ChangeKind {
            $(#[doc = $summary] $variant,)*
            /// What became of a fact of a schema.
            Schema(SchemaChangeKind),
        }

        /// All kinds but those of schemas.
        const OWN: &[ChangeKind] = &[$(ChangeKind::$variant),*];

        impl ChangeKind {
            /// Its id.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ChangeKind::$variant => $id,)*
                    ChangeKind::Schema(kind) => kind.as_str(),
                }
            }

            /// What it means, in a line.
            pub const fn summary(self) -> &'static str {
                match self {
                    $(ChangeKind::$variant => $summary,)*
                    ChangeKind::Schema(kind) => schema_summary(kind),
                }
            }
        }
    };
}

kinds! {
    OperationRemoved "operation-removed" "An operation is gone."
    MethodChanged "method-changed" "An operation has another method on the same path."
    OperationAdded "operation-added" "An operation is new."
    OperationIdChanged "operation-id-changed" "An operation has another `operationId`."
    TagsChanged "tags-changed" "An operation has other tags."
    OperationDeprecated "operation-deprecated" "An operation is deprecated now."
    OperationUndeprecated "operation-undeprecated" "An operation is no longer deprecated."
    StabilityLowered "stability-lowered" "An operation is less settled now."
    StabilityRaised "stability-raised" "An operation is more settled now."
    SunsetChanged "sunset-changed" "Something that is deprecated ends on another day."
    PathParameterRenamed "path-parameter-renamed" "A path parameter has another name."

    ServerRemoved "server-removed" "A URL that served the API is gone."
    ServerAdded "server-added" "The API is served at one more URL."
    ServerVariableChanged "server-variable-changed" "A variable of a server's URL has other values."

    SecurityTightened "security-tightened" "Credentials that sufficed no longer do."
    SecurityRelaxed "security-relaxed" "Other or fewer credentials suffice."
    SecuritySchemeChanged "security-scheme-changed" "Credentials travel in another way."
    SecuritySchemeAdded "security-scheme-added" "A security scheme is new."
    SecuritySchemeRemoved "security-scheme-removed" "A security scheme is gone."
    SecuritySchemeDeprecated "security-scheme-deprecated" "A security scheme is deprecated now."
    SecuritySchemeUndeprecated "security-scheme-undeprecated" "A security scheme is no longer deprecated."
    TokenFormatChanged "token-format-changed" "Tokens are said to look otherwise."
    OauthFlowChanged "oauth-flow-changed" "Tokens are had in another way."
    OauthScopeAdded "oauth-scope-added" "A security scheme has one more scope."
    OauthScopeRemoved "oauth-scope-removed" "A security scheme has one scope less."

    ParameterRemoved "parameter-removed" "A parameter is gone."
    ParameterMoved "parameter-moved" "A parameter travels in another place."
    ParameterAdded "parameter-added" "A parameter is new."
    ParameterRequired "parameter-required" "A parameter has to be sent now."
    ParameterOptional "parameter-optional" "A parameter need not be sent any more."
    ParameterStyleChanged "parameter-style-changed" "A parameter is written in another way."
    ParameterBecameList "parameter-became-list" "What was one value of a parameter is a list of one now."
    ParameterBecamePlain "parameter-became-plain" "What was a list of a parameter is one value now, which is a list of one."
    ParameterDeprecated "parameter-deprecated" "A parameter is deprecated now."
    ParameterUndeprecated "parameter-undeprecated" "A parameter is no longer deprecated."
    ParameterDefaultChanged "parameter-default-changed" "What a parameter means where it is not sent is another value."

    RequestBodyRemoved "request-body-removed" "The request has no body any more."
    RequestBodyAdded "request-body-added" "The request has a body now."
    RequestBodyRequired "request-body-required" "The request body has to be sent now."
    RequestBodyOptional "request-body-optional" "The request body need not be sent any more."
    RequestMediaTypeRemoved "request-media-type-removed" "A request body may not have this media type any more."
    RequestMediaTypeAdded "request-media-type-added" "A request body may have one more media type."

    ResponseRemoved "response-removed" "A status is no longer declared."
    ResponseAdded "response-added" "A status is newly declared."
    ResponseMediaTypeRemoved "response-media-type-removed" "A response does not come in this media type any more."
    ResponseMediaTypeAdded "response-media-type-added" "A response may come in one more media type."
    ResponseHeaderRemoved "response-header-removed" "A response has this header no longer."
    ResponseHeaderAdded "response-header-added" "A response has one more header."
    ResponseHeaderRequired "response-header-required" "A header is on every such response now."
    ResponseHeaderOptional "response-header-optional" "A header is no longer on every such response."
    ResponseHeaderDeprecated "response-header-deprecated" "A header is deprecated now."
    ResponseHeaderUndeprecated "response-header-undeprecated" "A header is no longer deprecated."
    ResponseHeaderStyleChanged "response-header-style-changed" "A header is written in another way."
    LinkRemoved "link-removed" "A link of a response is gone."
    LinkAdded "link-added" "A response has one more link."
    LinkChanged "link-changed" "A link leads elsewhere, or takes its values from elsewhere."
    EncodingChanged "encoding-changed" "A member of a form is written in another way."

    WebhookRemoved "webhook-removed" "A webhook is not sent any more."
    WebhookAdded "webhook-added" "A webhook is new."
    CallbackRemoved "callback-removed" "A callback is not sent any more."
    CallbackAdded "callback-added" "A callback is new."
    CallbackUrlChanged "callback-url-changed" "A callback goes to another URL."

    LostUpdate "lost-update" "An old client's read-change-write erases a member that is new."

    RustRemoved "rust-removed" "Generated crates have something no longer."
    RustRenamed "rust-renamed" "A type of the generated crates has another name."
    RustChanged "rust-changed" "Something in the generated crates has another signature."
    RustMeaningChanged "rust-meaning-changed" "Something in the generated crates means something else."
    RustAdded "rust-added" "Generated crates have something more."

    PromiseWithdrawn "promise-withdrawn" "A promise is no longer declared."
    PromiseWeakened "promise-weakened" "A promise is declared, and promises less."
    PromiseMeaningChanged "promise-meaning-changed" "A promise is declared, and promises something else."
    PromiseIntroduced "promise-introduced" "A promise was not declared before."
    PromiseStrengthened "promise-strengthened" "A promise promises more."
}

impl ChangeKind {
    /// All kinds, in the order in which lists have them.
    pub const ALL: &[ChangeKind] = &{
        let mut all = [ChangeKind::OperationRemoved; OWN.len() + SchemaChangeKind::ALL.len()];
        let mut index = 0;
        while index < all.len() {
            all[index] = if index < OWN.len() {
                OWN[index]
            } else {
                ChangeKind::Schema(SchemaChangeKind::ALL[index - OWN.len()])
            };
            index += 1;
        }
        all
    };

    /// The kind with this id.
    pub fn find(id: &str) -> Option<ChangeKind> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == id)
    }

    /// Whether it is a change to a promise and to nothing on the wire.
    pub const fn is_promise(self) -> bool {
        matches!(
            self,
            Self::PromiseWithdrawn
                | Self::PromiseWeakened
                | Self::PromiseMeaningChanged
                | Self::PromiseIntroduced
                | Self::PromiseStrengthened
        )
    }
}

/// What a change of a schema means, in a line.
const fn schema_summary(kind: SchemaChangeKind) -> &'static str {
    use SchemaChangeKind as Kind;
    match kind {
        Kind::TypeChanged => "Values are of another type.",
        Kind::BecameNullable => "A value may be null now.",
        Kind::BecameNotNullable => "A value may not be null any more.",
        Kind::EnumAdded => "Only listed values are left.",
        Kind::EnumRemoved => "Values are not listed any more.",
        Kind::EnumValueAdded => "A list of values has one more.",
        Kind::EnumValueRemoved => "A list of values has one less.",
        Kind::KnownValueAdded => "A list of values that others may join has one more.",
        Kind::KnownValueRemoved => "A list of values that others may join has one less.",
        Kind::MinimumRaised | Kind::MinimumLowered => "A number has another least value.",
        Kind::MaximumRaised | Kind::MaximumLowered => "A number has another greatest value.",
        Kind::MultipleOfChanged => "Numbers go in other steps.",
        Kind::FormatChanged => "A value has another format.",
        Kind::MinLengthRaised | Kind::MinLengthLowered => "A text has another least length.",
        Kind::MaxLengthRaised | Kind::MaxLengthLowered => "A text has another greatest length.",
        Kind::PatternChanged => "A text has to match something else.",
        Kind::ContentEncodingChanged => "A text is encoded in another way.",
        Kind::ContentMediaTypeChanged => "A text holds another media type.",
        Kind::MinItemsRaised | Kind::MinItemsLowered => "A list has another least number of items.",
        Kind::MaxItemsRaised | Kind::MaxItemsLowered => "A list has another greatest number of items.",
        Kind::ItemsBecameUnique => "Items have to differ now.",
        Kind::ItemsNoLongerUnique => "Items may be equal now.",
        Kind::ContainsChanged => "A list has to contain something else.",
        Kind::PropertyAdded => "An object may have one more member.",
        Kind::RequiredPropertyAdded => "An object has to have one more member.",
        Kind::PropertyRemoved => "A member that might be there is gone.",
        Kind::RequiredPropertyRemoved => "A member that had to be there is gone.",
        Kind::BecameRequired => "A member has to be there now.",
        Kind::BecameOptional => "A member need not be there any more.",
        Kind::BecameReadOnly => "Clients may not set a member any more.",
        Kind::NoLongerReadOnly => "Clients may set a member now.",
        Kind::ReadOnlyPolicyChanged => "A member that clients may not set is dealt with in another way.",
        Kind::BecameWriteOnly => "A member that answers had is write-only now.",
        Kind::NoLongerWriteOnly => "A member that answers did not have may be in them now.",
        Kind::PropertyStabilityLowered => "A member is less settled now.",
        Kind::PropertyStabilityRaised => "A member is more settled now.",
        Kind::AdditionalPropertiesClosed => "An object may have no other members any more.",
        Kind::AdditionalPropertiesOpened => "An object may have other members now.",
        Kind::AdditionalPropertiesChanged => "Other members of an object are something else.",
        Kind::PatternPropertyAdded => "Members with certain names have a schema now.",
        Kind::PatternPropertyRemoved => "Members with certain names have no schema any more.",
        Kind::PropertyNamesChanged => "Members may have other names.",
        Kind::MinPropertiesRaised | Kind::MinPropertiesLowered => "An object has another least number of members.",
        Kind::MaxPropertiesRaised | Kind::MaxPropertiesLowered => "An object has another greatest number of members.",
        Kind::DependentRequiredChanged => "A member asks for other members beside it.",
        Kind::DependentSchemasChanged => "A member asks something else of its object.",
        Kind::AlternativeAdded => "A value may be something else too.",
        Kind::AlternativeRemoved => "A value may not be one of several things any more.",
        Kind::DiscriminatorChanged => "Alternatives are told apart in another way.",
        Kind::ExclusionChanged => "Other values are excluded.",
        Kind::KeywordWithoutEffect => "A keyword for values of another type is another.",
        Kind::DefaultChanged => "What is left out means another value.",
        Kind::Deprecated => "A member is deprecated now.",
        Kind::NoLongerDeprecated => "A member is no longer deprecated.",
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeKind;

    #[test]
    fn each_id_finds_its_kind_and_each_summary_is_a_sentence() {
        for kind in ChangeKind::ALL {
            assert_eq!(ChangeKind::find(kind.as_str()), Some(*kind), "two kinds are called {}", kind.as_str());
            assert!(kind.summary().ends_with('.'), "{}", kind.as_str());
        }
        assert_eq!(ChangeKind::find("no-such-kind"), None);
    }
}
