//! What can change in a contract: a closed list, one id and one line for each kind.
//!
//! The ids stand in reports, ledgers and configurations, so they do not change. What a change does to whom is not said by
//! its kind: it depends on the direction, and each plane has its own verdict.

/// Declares the kinds once: variant, id, and what it means in a line.
macro_rules! kinds {
    ($($variant:ident $id:literal $summary:literal)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ChangeKind {
            $(#[doc = $summary] $variant,)*
        }

        impl ChangeKind {
            /// All kinds, in the order in which lists have them.
            pub const ALL: &[ChangeKind] = &[$(ChangeKind::$variant),*];

            /// Its id.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ChangeKind::$variant => $id,)*
                }
            }

            /// What it means, in a line.
            pub const fn summary(self) -> &'static str {
                match self {
                    $(ChangeKind::$variant => $summary,)*
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
    TagsChanged "tags-changed" "An operation is at home in another tag."
    OperationDeprecated "operation-deprecated" "An operation is deprecated now."
    OperationUndeprecated "operation-undeprecated" "An operation is no longer deprecated."
    PathParameterRenamed "path-parameter-renamed" "A path parameter has another name."

    ServerRemoved "server-removed" "A URL that served the API is gone."
    ServerAdded "server-added" "The API is served at one more URL."
    ServerVariableChanged "server-variable-changed" "A variable of a server's URL has other values."

    SecurityTightened "security-tightened" "Credentials that sufficed no longer do."
    SecurityRelaxed "security-relaxed" "Other or fewer credentials suffice."
    SecuritySchemeChanged "security-scheme-changed" "Credentials travel in another way."
    SecuritySchemeAdded "security-scheme-added" "A security scheme is new."
    SecuritySchemeRemoved "security-scheme-removed" "A security scheme is gone."
    OauthFlowChanged "oauth-flow-changed" "Tokens are had in another way."
    OauthScopeAdded "oauth-scope-added" "A security scheme has one more scope."
    OauthScopeRemoved "oauth-scope-removed" "A security scheme has one scope less."

    ParameterRemoved "parameter-removed" "A parameter is gone."
    ParameterMoved "parameter-moved" "A parameter travels in another place."
    ParameterAdded "parameter-added" "A parameter is new."
    ParameterRequired "parameter-required" "A parameter has to be sent now."
    ParameterOptional "parameter-optional" "A parameter need not be sent any more."
    ParameterStyleChanged "parameter-style-changed" "A parameter is written in another way."
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

    PromiseWithdrawn "promise-withdrawn" "A promise is no longer declared."
    PromiseWeakened "promise-weakened" "A promise is declared, and promises less."
    PromiseMeaningChanged "promise-meaning-changed" "A promise is declared, and promises something else."
    PromiseIntroduced "promise-introduced" "A promise was not declared before."
    PromiseStrengthened "promise-strengthened" "A promise promises more."
}

impl ChangeKind {
    /// The kind with this id.
    pub fn find(id: &str) -> Option<ChangeKind> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == id)
    }
}
