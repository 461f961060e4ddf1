//! A limit of time that costs nothing where nothing has to be waited for: most steps of a request are done at once, and those set
//! no timer.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::sleep;

/// What the work comes to, or `None` if it takes longer than this from when it first had to wait.
pub(crate) async fn in_time<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut late = None;
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        late.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(context).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::task::yield_now;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_what_waits_too_long_is_given_up() {
        let limit = Duration::from_secs(3);
        assert_eq!(in_time(limit, ready(1)).await, Some(1));
        assert_eq!(in_time(limit, async { yield_now().await }).await, Some(()));
        assert_eq!(in_time(limit, sleep(Duration::from_secs(2))).await, Some(()));
        let began = Instant::now();
        assert_eq!(in_time(limit, pending::<()>()).await, None);
        assert_eq!(began.elapsed().as_secs(), 3);
    }
}
