//! What this machine lacks, and which tests therefore test nothing. Test runners hide the output of tests that pass, so
//! it is said here, last and loudly.

use std::path::Path;
use std::process::{Command, Stdio};

/// Something that tests need and a machine may lack.
struct Need {
    what: &'static str,
    is_there: fn() -> bool,
    skipped: &'static str,
}

const NEEDS: [Need; 6] = [
    Need {
        what: "../shared/corpus (real descriptions)",
        is_there: || Path::new("../shared/corpus").is_dir(),
        skipped: "reading and lowering real descriptions",
    },
    Need {
        what: "the program curl",
        is_there: || answers("curl"),
        skipped: "every method on every resource with curl (tests/system/every_method)",
    },
    Need {
        what: "PostgreSQL (initdb, postgres)",
        is_there: || crate::postgres::programs().is_some(),
        skipped: "everything about the store on PostgreSQL (the service's store, tests/system)",
    },
    Need {
        what: "the program chromium",
        is_there: || answers("chromium"),
        skipped: "the API reference in a browser (tests/system/browser.rs)",
    },
    Need {
        what: "the program rustfmt",
        is_there: || answers("rustfmt"),
        skipped: "that rustfmt leaves generated crates as they are",
    },
    Need {
        what: "the program cargo-semver-checks",
        is_there: || answers("cargo-semver-checks"),
        skipped: "`cargo xtask semver` cannot compare its verdicts with ours",
    },
];

/// Says what was skipped, if anything was.
pub(crate) fn tell() {
    for need in NEEDS.iter().filter(|need| !(need.is_there)()) {
        println!("=== SKIPPED: {}: there is no {} here ===", need.skipped, need.what);
    }
}

fn answers(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
