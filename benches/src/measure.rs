//! What a run yields, and how two things are compared: in turns within one run, since a machine's speed drifts by more
//! than what is to be told apart. A ratio is the median over the rounds, with the lowest and the highest beside it.

use std::time::Duration;

/// What a load saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) duration: Duration,
    /// Of each request that was answered, in microseconds.
    pub(crate) latencies: Vec<u32>,
    /// Answers with another status than was expected.
    pub(crate) unexpected: u64,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Outcome) {
        self.latencies.extend(other.latencies);
        self.unexpected += other.unexpected;
    }

    /// Requests a second.
    pub(crate) fn throughput(&self) -> f64 {
        self.latencies.len() as f64 / self.duration.as_secs_f64()
    }

    /// The latency, in microseconds, that this share of the requests did not exceed.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        sorted.get(index).copied().map_or(f64::NAN, f64::from)
    }
}

/// Of several rounds: the middle one, and the extremes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Spread {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Spread { low: at(0), median: at(values.len() / 2), high: at(values.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.2} ({:.2} to {:.2})", self.median, self.low, self.high)
    }
}

/// Rounds of two loads, in turns; every other round begins with the second, so that neither is always the one that
/// finds the machine warm.
pub(crate) async fn in_turns(
    rounds: usize,
    mut first: impl AsyncFnMut() -> anyhow::Result<Outcome>,
    mut second: impl AsyncFnMut() -> anyhow::Result<Outcome>,
) -> anyhow::Result<Vec<(Outcome, Outcome)>> {
    first().await?;
    second().await?;
    let mut pairs = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let pair = if round % 2 == 0 {
            let first = first().await?;
            (first, second().await?)
        } else {
            let second = second().await?;
            (first().await?, second)
        };
        pairs.push(pair);
    }
    Ok(pairs)
}

/// Prints one line: how the first does beside the second.
pub(crate) fn report(what: &str, pairs: &[(Outcome, Outcome)]) {
    let ratio = Spread::of(pairs.iter().map(|(first, second)| first.throughput() / second.throughput()));
    let tail = Spread::of(pairs.iter().map(|(first, second)| first.percentile(0.99) / second.percentile(0.99)));
    let rate = |choose: fn(&(Outcome, Outcome)) -> &Outcome| {
        Spread::of(pairs.iter().map(|pair| choose(pair).throughput())).median
    };
    let (first, second) = (rate(|pair| &pair.0), rate(|pair| &pair.1));
    let unexpected: u64 = pairs.iter().map(|(first, second)| first.unexpected + second.unexpected).sum();
    println!("{what:<34} throughput {ratio}   p99 {tail}   {first:.0}/s and {second:.0}/s");
    if unexpected > 0 {
        println!("{:<34} {unexpected} answers had an unexpected status: the line above is worthless", "");
    }
}
