//! The program that holds the types of one description: an entry for each.

use std::fmt::Write;

use methodical_model::{Api, Direction};

/// The positions of the entries, as an expression of Rust; `types` is the crate of the types, and `harness` that of the
/// functions which make entries.
///
/// `chosen` are the positions of the types, each with whether null is among its values: that stands where a type is used, so here too.
pub fn entries(api: &Api, chosen: &[(usize, bool)], types: &str) -> String {
    let statics = methodical_generate::schema_statics(api);
    let mut text = String::from("&[\n");
    for (index, nullable) in chosen {
        let (Some(def), Some(schema)) = (api.types.get(*index), statics.get(*index)) else { continue };
        let name = &def.name.pascal;
        let way = match def.direction {
            Direction::Request => "request",
            Direction::Response | Direction::Both => "answer",
        };
        let held = if *nullable { format!("Option<{types}::{name}>") } else { format!("{types}::{name}") };
        let _ = writeln!(text, "    {way}::<{held}>({name:?}, &{types}::schemas::{schema}),");
    }
    text.push_str("]\n");
    text
}
