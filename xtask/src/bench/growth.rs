//! How a cost grows with the size of a description: what an operation costs, in descriptions of few and of many.

use std::collections::BTreeMap;

/// The least number of operations in each row.
const ROWS: [u64; 6] = [1, 10, 30, 100, 300, 1000];

/// What descriptions cost, by how many operations they have.
#[derive(Debug, Default)]
pub(super) struct Growth(BTreeMap<usize, Vec<f64>>);

impl Growth {
    /// Notes what a description of so many operations cost. One without any tells nothing.
    pub(super) fn note(&mut self, operations: u64, seconds: f64) {
        let row = ROWS.iter().take_while(|least| **least <= operations).count();
        if row > 0 {
            self.0.entry(row - 1).or_default().push(seconds * 1000.0 / operations as f64);
        }
    }

    /// A line for each size.
    pub(super) fn print(self) {
        println!("\n{:<16} {:>12}  milliseconds an operation (from, to)", "operations", "descriptions");
        for (row, mut costs) in self.0 {
            costs.sort_by(f64::total_cmp);
            let name = match ROWS.get(row + 1) {
                Some(next) => format!("{} to {}", ROWS[row], next - 1),
                None => format!("{} and more", ROWS[row]),
            };
            let (low, median, high) = (costs[0], costs[costs.len() / 2], costs[costs.len() - 1]);
            println!("{name:<16} {:>12}  {median:.2} ({low:.2}, {high:.2})", costs.len());
        }
    }
}
