//! What an operation comes to: the one decision that both client and server follow.

/// The outcome of an operation, decided from its method, its statuses and their bodies. Each variant but
/// [`Outcome::Other`] has a type of its own in both runtimes, in which a wrong status cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// GET with 200 and 404: found or not found.
    Find,
    /// GET with 200 and no 404: always there (lists, profiles).
    Fetch,
    /// PUT with 201 and 200 (with a body): created or replaced.
    Upsert,
    /// PUT or PATCH with 200 (with a body), no 201: replaced; absent is the declared 404. So is a POST with 200 as its
    /// only success and a 404: it changes what is there already.
    Update,
    /// DELETE with 204 (or an empty 200) and 404: deleted, or not found.
    Delete,
    /// DELETE with 204 and no 404: gone, whether it was there or not.
    Discard,
    /// POST with 201 as its only success, with a body.
    Create,
    /// POST with 202 as its only success, with a body, a required `Location` and a link that makes it from the body: the
    /// work goes on, and may be followed there.
    Accept,
    /// Any other operation: one variant for each declared success (2xx and 3xx).
    Other,
}
