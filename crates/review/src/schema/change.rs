//! One change of a schema: what became of which fact, where it was written on both sides, and what it does to those who rely on it.

use std::fmt;

use methodical_diagnostic::Origin;

use crate::Way;

/// A change, among all that a [`Comparer`](super::Comparer) has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SchemaChangeId(pub(super) usize);

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A value was valid and is not any more, or is valid and was not before; there is one that shows it.
    Breaking,
    /// Everything that is sent is accepted, but somebody may be hurt all the same, for this reason.
    Risky(String),
    /// Nobody who keeps to the description is hurt.
    Compatible,
    /// It cannot be told, for this reason.
    Undecided(String),
    /// It is no concern of messages: they are the same.
    Idle,
}

impl Verdict {
    /// Whether something that was valid is not any more, or may not be.
    pub(super) fn hurts(&self) -> bool {
        match self {
            Verdict::Breaking | Verdict::Undecided(_) => true,
            Verdict::Risky(_) | Verdict::Compatible | Verdict::Idle => false,
        }
    }

    /// The gravest is the greatest.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Verdict::Idle => 0,
            Verdict::Compatible => 1,
            Verdict::Risky(_) => 2,
            Verdict::Undecided(_) => 3,
            Verdict::Breaking => 4,
        }
    }
}

/// Why there is no value that shows a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undecided(pub(crate) String);

/// A change of a schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaChange {
    pub(crate) way: Way,
    pub(crate) kind: SchemaChangeKind,
    /// Where the old version says it, or where it would.
    pub(crate) old: Option<Origin>,
    /// Where the new version says it, or where it would.
    pub(crate) new: Option<Origin>,
    /// The named type that it happened in, by its wire name; `None`: in the place that was compared.
    pub(crate) owner: Option<String>,
    /// Where in that: a JSON pointer into a value, `*` for any item or member.
    pub(crate) path: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// The change in a sentence.
    pub(crate) message: String,
    pub(crate) verdict: Verdict,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $id:literal,)*) => {
        /// What became of which fact.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the names say it, and `ChangeKind::summary` explains each")]
        pub enum SchemaChangeKind {
            $($(#[$doc])* $kind,)*
        }

        impl SchemaChangeKind {
            /// All kinds.
            pub const ALL: &[SchemaChangeKind] = &[$(SchemaChangeKind::$kind,)*];

            /// Its id.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(SchemaChangeKind::$kind => $id,)*
                }
            }
        }
    };
}

kinds! {
    TypeChanged = "type-changed",
    BecameNullable = "became-nullable",
    BecameNotNullable = "became-not-nullable",
    EnumAdded = "enum-added",
    EnumRemoved = "enum-removed",
    EnumValueAdded = "enum-value-added",
    EnumValueRemoved = "enum-value-removed",
    KnownValueAdded = "known-value-added",
    KnownValueRemoved = "known-value-removed",
    MinimumRaised = "minimum-raised",
    MinimumLowered = "minimum-lowered",
    MaximumRaised = "maximum-raised",
    MaximumLowered = "maximum-lowered",
    MultipleOfChanged = "multiple-of-changed",
    FormatChanged = "format-changed",
    MinLengthRaised = "min-length-raised",
    MinLengthLowered = "min-length-lowered",
    MaxLengthRaised = "max-length-raised",
    MaxLengthLowered = "max-length-lowered",
    PatternChanged = "pattern-changed",
    ContentEncodingChanged = "content-encoding-changed",
    ContentMediaTypeChanged = "content-media-type-changed",
    MinItemsRaised = "min-items-raised",
    MinItemsLowered = "min-items-lowered",
    MaxItemsRaised = "max-items-raised",
    MaxItemsLowered = "max-items-lowered",
    ItemsBecameUnique = "items-became-unique",
    ItemsNoLongerUnique = "items-no-longer-unique",
    ContainsChanged = "contains-changed",
    PropertyAdded = "property-added",
    RequiredPropertyAdded = "required-property-added",
    PropertyRemoved = "property-removed",
    RequiredPropertyRemoved = "required-property-removed",
    BecameRequired = "became-required",
    BecameOptional = "became-optional",
    BecameReadOnly = "became-read-only",
    NoLongerReadOnly = "no-longer-read-only",
    ReadOnlyPolicyChanged = "read-only-policy-changed",
    BecameWriteOnly = "became-write-only",
    NoLongerWriteOnly = "no-longer-write-only",
    PropertyStabilityLowered = "property-stability-lowered",
    PropertyStabilityRaised = "property-stability-raised",
    AdditionalPropertiesClosed = "additional-properties-closed",
    AdditionalPropertiesOpened = "additional-properties-opened",
    AdditionalPropertiesChanged = "additional-properties-changed",
    PatternPropertyAdded = "pattern-property-added",
    PatternPropertyRemoved = "pattern-property-removed",
    PropertyNamesChanged = "property-names-changed",
    MinPropertiesRaised = "min-properties-raised",
    MinPropertiesLowered = "min-properties-lowered",
    MaxPropertiesRaised = "max-properties-raised",
    MaxPropertiesLowered = "max-properties-lowered",
    DependentRequiredChanged = "dependent-required-changed",
    DependentSchemasChanged = "dependent-schemas-changed",
    AlternativeAdded = "alternative-added",
    AlternativeRemoved = "alternative-removed",
    DiscriminatorChanged = "discriminator-changed",
    /// What `not`, `oneOf` or a condition excludes beside everything else.
    ExclusionChanged = "exclusion-changed",
    /// It is for values of another type.
    KeywordWithoutEffect = "keyword-without-effect",
    DefaultChanged = "default-changed",
    Deprecated = "deprecated",
    NoLongerDeprecated = "no-longer-deprecated",
}

impl fmt::Display for SchemaChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
