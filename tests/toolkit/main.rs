//! The toolkit as a whole: what a user of the command line sees, and the invariants of the architecture.

mod command_line;
mod configuration;
mod explain;
mod fuzzed;
mod generate_and_check;
mod guarantees;
mod invariants;
mod linting;
mod newcomer;
#[path = "../system/page.rs"]
mod page;
mod releasing;
mod review;
mod review_page;
mod revisions;
mod shuffled;
mod ten_mistakes;
mod workspace;
