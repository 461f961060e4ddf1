//! Read by tests of markers; not compiled.

/// A marker may stand among attributes and docs, and several may stand there.
// Shows: DELETE-ONCE
// Shows: DELETE-ATOMIC-MISSING, DELETE-EFFECTIVE
#[tokio::test(
    flavor = "multi_thread",
    worker_threads = 4,
)]
async fn of_eight_deletes_one_removes() {}

mod inner {
    #[test]
    // Shows: GET-ABSENT-404
    fn what_is_absent_is_404() {}
}

/// A book.
///
/// Shows: GET-JSON-OBJECT
/// ```
/// assert!(true);
/// ```
pub struct Book;
