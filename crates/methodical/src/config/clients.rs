//! `client`: who writes the client of an API.

use serde::Deserialize;

use super::{Api, Crate};

/// One backend, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "`client` is \"methodical\", \"progenitor\", or a list of both")]
pub enum Clients {
    /// The one.
    One(Backend),
    /// All of these.
    Several(Vec<Backend>),
}

impl Clients {
    /// Each of them.
    pub fn backends(&self) -> &[Backend] {
        match self {
            Clients::One(backend) => std::slice::from_ref(backend),
            Clients::Several(backends) => backends,
        }
    }
}

impl Default for Clients {
    fn default() -> Self {
        Clients::One(Backend::Methodical)
    }
}

/// Who writes a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// We do: `stacklets-client`.
    Methodical,
    /// progenitor does: `stacklets-client-progenitor`.
    Progenitor,
}

impl Api {
    /// Whether progenitor is to write a client.
    pub fn asks_progenitor(&self) -> bool {
        self.crates.contains(&Crate::Client) && self.client.backends().contains(&Backend::Progenitor)
    }

    /// Whether we are to write the client.
    pub fn asks_methodical(&self) -> bool {
        self.crates.contains(&Crate::Client) && self.client.backends().contains(&Backend::Methodical)
    }

    /// Whether a crate is to be written that stands on that of types.
    pub(super) fn needs_types(&self) -> bool {
        self.crates.contains(&Crate::Server) || self.asks_methodical()
    }
}
