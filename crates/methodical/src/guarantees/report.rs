//! The table as data, for JSON. Text and Markdown are written from the same, so that the three cannot differ.

use serde::Serialize;

use super::Table;
use super::markers::Shown;

/// The table of guarantees of one description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// How many operations there are.
    pub operations: usize,
    /// The rules that hold for some operation, in the order of the catalogue.
    pub rules: Vec<GuaranteeReport>,
    /// The rules that hold for none.
    pub others: Vec<ApartReport>,
    /// The rules that need a test and have none.
    pub gaps: Vec<&'static str>,
}

/// A rule that holds for some operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuaranteeReport {
    /// Its id.
    pub rule: &'static str,
    /// Whether it belongs to the core.
    pub core: bool,
    /// The promise.
    pub title: &'static str,
    /// How the generated server holds it, with the operations of each way.
    pub held: Vec<HeldReport>,
    /// The tests that show it.
    pub tests: Vec<TestReport>,
}

/// One way to hold a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldReport {
    /// `by type`, `at run time` or `by proof only`.
    pub how: &'static str,
    /// The operations that it is held for in this way, by operationId.
    pub operations: Vec<String>,
}

/// A rule that holds for no operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApartReport {
    /// Its id.
    pub rule: &'static str,
    /// Whether it belongs to the core.
    pub core: bool,
    /// The promise.
    pub title: &'static str,
    /// Why it holds for none.
    pub why: String,
    /// The tests that show it all the same, of the runtime for example.
    pub tests: Vec<TestReport>,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// The file, relative to the configuration.
    pub file: String,
    /// The line that the test begins on.
    pub line: usize,
    /// Its name.
    pub name: String,
}

/// The table as data.
pub fn report(table: &Table<'_>) -> TableReport {
    let tests = |rule| table.tests_of(rule).iter().map(|shown| test(shown)).collect();
    let rules = table.guarantees.rules.iter().map(|guarantee| {
        let held = guarantee.held().into_iter().map(|(way, _)| {
            let of_this_way = guarantee.operations.iter().filter(|(_, held)| *held == way);
            let names = of_this_way.map(|(id, _)| table.api.operation(*id).name.wire.clone());
            HeldReport { how: way.as_str(), operations: names.collect() }
        });
        GuaranteeReport {
            rule: guarantee.rule.id.as_str(),
            core: guarantee.rule.core,
            title: guarantee.rule.title,
            held: held.collect(),
            tests: tests(guarantee.rule),
        }
    });
    let others = table.guarantees.others.iter().map(|other| ApartReport {
        rule: other.rule.id.as_str(),
        core: other.rule.core,
        title: other.rule.title,
        why: other.why.text(other.rule),
        tests: tests(other.rule),
    });
    TableReport {
        title: table.api.docs.summary.clone().unwrap_or_default(),
        version: table.api.contract_version.clone(),
        operations: table.api.operations.len(),
        rules: rules.collect(),
        others: others.collect(),
        gaps: table.gaps().iter().map(|rule| rule.id.as_str()).collect(),
    }
}

fn test(shown: &Shown) -> TestReport {
    TestReport { file: shown.file.clone(), line: shown.line, name: shown.name.clone() }
}
