//! As many requests as the machine sustains against two instances on one PostgreSQL, one of which is killed halfway.
//! What was acknowledged must be there at the end; only requests in flight may fail; memory must stay flat.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::load::{Connection, Request, Target};
use crate::process::Instance;

const CONNECTIONS: usize = 16;
/// Tags that each connection writes, and nobody else.
const KEYS: u64 = 20;

/// What a connection knows of its tags. `None` is absent.
#[derive(Debug, Default)]
struct Known {
    acknowledged: BTreeMap<u64, Option<String>>,
    /// What was sent and never answered: it may hold, or what was acknowledged before.
    unanswered: BTreeMap<u64, Option<String>>,
    requests: u64,
    writes: u64,
    in_flight_failures: u64,
    other_failures: Vec<String>,
}

pub(crate) async fn run(duration: Duration, postgres: Option<&str>) -> anyhow::Result<()> {
    let Some(url) = postgres else {
        println!("SKIPPED: the soak needs PostgreSQL, and none is there");
        return Ok(());
    };
    let survivor = Instance::start(Some(url), None)?;
    let mut victim = Instance::start(Some(url), Some(&survivor.target.token))?;
    let dead = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let targets = (survivor.target.clone(), victim.target.clone());
            tokio::spawn(work(number, targets, Arc::clone(&dead), began + duration))
        })
        .collect();
    let mut memory = Vec::new();
    while began.elapsed() < duration {
        tokio::time::sleep(Duration::from_secs(1)).await;
        memory.push(survivor.memory()?);
        if began.elapsed() > duration / 2 && !dead.swap(true, Ordering::SeqCst) {
            victim.kill()?;
        }
    }
    let mut known = Vec::new();
    for task in tasks {
        known.push(task.await?);
    }
    report(&survivor.target, &known, &memory, duration).await
}

async fn report(target: &Target, known: &[Known], memory: &[u64], duration: Duration) -> anyhow::Result<()> {
    let requests: u64 = known.iter().map(|known| known.requests).sum();
    let in_flight: u64 = known.iter().map(|known| known.in_flight_failures).sum();
    let others: Vec<&String> = known.iter().flat_map(|known| &known.other_failures).collect();
    let writes: u64 = known.iter().map(|known| known.writes).sum();
    let mut lost = Vec::new();
    let mut checked = 0;
    let mut connection = Connection::open(target).await?;
    for (number, known) in known.iter().enumerate() {
        for (key, value) in &known.acknowledged {
            let found = read(&mut connection, number, *key).await?;
            let may_be = known.unanswered.get(key);
            checked += 1;
            if found != *value && may_be != Some(&found) {
                lost.push(format!("{} is {found:?}, acknowledged was {value:?}", name(number, *key)));
            }
        }
    }
    let rate = requests as f64 / duration.as_secs_f64();
    println!("{requests} requests in {duration:?} ({rate:.0}/s), one of two instances killed halfway");
    println!(
        "{in_flight} failed in flight at the kill ({CONNECTIONS} connections), {} at any other time",
        others.len()
    );
    println!("{writes} writes acknowledged; {} of {checked} tags are not as the last of them left them", lost.len());
    let quarter = memory.len() / 4;
    let (early, late) = (mean(&memory[quarter..quarter * 2]), mean(&memory[memory.len() - quarter..]));
    println!("memory of the survivor: {early:.0} KiB in the second quarter, {late:.0} KiB in the last");
    for failure in others.iter().take(10) {
        println!("  {failure}");
    }
    for loss in lost.iter().take(10) {
        println!("  {loss}");
    }
    ensure!(others.is_empty() && lost.is_empty(), "the soak failed");
    ensure!(late < early * 1.25, "the survivor's memory grows");
    Ok(())
}

fn mean(values: &[u64]) -> f64 {
    values.iter().sum::<u64>() as f64 / values.len().max(1) as f64
}

fn name(number: usize, key: u64) -> String {
    format!("soak-{number}-{key}")
}

/// Half of the connections begin at each instance; who loses his goes to the other.
async fn work(number: usize, targets: (Target, Target), dead: Arc<AtomicBool>, until: Instant) -> Known {
    let mut known = Known::default();
    let mut at_victim = number % 2 == 1;
    let mut count = number as u64;
    while Instant::now() < until {
        let target = if at_victim { &targets.1 } else { &targets.0 };
        let mut connection = match Connection::open(target).await {
            Ok(connection) => connection,
            Err(error) => {
                if !at_victim || !is_dead(&dead).await {
                    known.other_failures.push(format!("no connection: {error}"));
                }
                at_victim = false;
                continue;
            }
        };
        while Instant::now() < until {
            count += 1;
            let key = count % KEYS;
            if let Err(error) = step(&mut connection, &mut known, number, key, count).await {
                if at_victim && is_dead(&dead).await {
                    known.in_flight_failures += 1;
                } else {
                    known.other_failures.push(error.to_string());
                }
                at_victim = false;
                break;
            }
        }
    }
    known
}

/// The kill is told a moment after it happened.
async fn is_dead(dead: &AtomicBool) -> bool {
    tokio::time::sleep(Duration::from_millis(200)).await;
    dead.load(Ordering::SeqCst)
}

/// One request: mostly reads, then writes, seldom a deletion. Answers that contradict what was acknowledged are failures.
async fn step(
    connection: &mut Connection,
    known: &mut Known,
    number: usize,
    key: u64,
    count: u64,
) -> anyhow::Result<()> {
    known.requests += 1;
    // Moved on by one each time round, so that each tag is read, written and deleted.
    match (count + count / KEYS) % 10 {
        0..=3 => {
            let found = read(connection, number, key).await?;
            let certain = !known.unanswered.contains_key(&key);
            if let Some(value) = known.acknowledged.get(&key).filter(|_| certain) {
                ensure!(found == *value, "{} is {found:?}, acknowledged was {value:?}", name(number, key));
            }
            Ok(())
        }
        4..=8 => write(connection, known, number, key, Some(count.to_string())).await,
        _ => write(connection, known, number, key, None).await,
    }
}

async fn read(connection: &mut Connection, number: usize, key: u64) -> anyhow::Result<Option<String>> {
    let answer = connection.send(&Request::new("GET", format!("/tags/{}", name(number, key)), 200)).await?;
    match answer.status {
        404 => Ok(None),
        200 => {
            let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
            Ok(body.pointer("/tag/description").and_then(|value| value.as_str()).map(str::to_owned))
        }
        status => anyhow::bail!("GET was answered with {status}: {}", String::from_utf8_lossy(&answer.body)),
    }
}

async fn write(
    connection: &mut Connection,
    known: &mut Known,
    number: usize,
    key: u64,
    value: Option<String>,
) -> anyhow::Result<()> {
    let path = format!("/tags/{}", name(number, key));
    let request = match &value {
        Some(value) => Request::new("PUT", path, 200).with_body(format!(r#"{{"description":"{value}"}}"#)),
        None => Request::new("DELETE", path, 204),
    };
    known.unanswered.insert(key, value.clone());
    let answer = connection.send(&request).await?;
    let fits = match value {
        Some(_) => matches!(answer.status, 200 | 201),
        None => matches!(answer.status, 204 | 404),
    };
    ensure!(fits, "{} was answered with {}", request.method, answer.status);
    known.unanswered.remove(&key);
    known.acknowledged.insert(key, value);
    known.writes += 1;
    Ok(())
}
