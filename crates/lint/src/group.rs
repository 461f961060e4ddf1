//! What rules of lint have in common, so that a configuration can speak of many at once.

/// A group of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The description says two things that cannot both hold.
    Contradictions,
    /// A promise that clients need is not declared.
    Gaps,
    /// HTTP says otherwise.
    Http,
    /// Who may ask, and what others can overhear.
    Security,
    /// One part of the API does otherwise than all the rest.
    Consistency,
    /// Examples.
    Examples,
}

impl Group {
    /// All groups, in the order in which everything lists them.
    pub const ALL: [Self; 6] =
        [Self::Contradictions, Self::Gaps, Self::Http, Self::Security, Self::Consistency, Self::Examples];

    /// Its name in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contradictions => "contradictions",
            Self::Gaps => "gaps",
            Self::Http => "http",
            Self::Security => "security",
            Self::Consistency => "consistency",
            Self::Examples => "examples",
        }
    }

    /// What its rules look for, in a line.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Contradictions => "the description says two things that cannot both hold",
            Self::Gaps => "a promise that clients need is not declared",
            Self::Http => "HTTP says otherwise",
            Self::Security => "who may ask, and what others can overhear",
            Self::Consistency => "one part of the API does otherwise than all the rest",
            Self::Examples => "examples that are missing or wrong",
        }
    }
}
