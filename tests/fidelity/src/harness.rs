//! What a program does that holds generated types: it reads values, one a line, and says of each what the validator finds and
//! what becomes of it on the way through its type. This file is also the one source of the crate that such programs link.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use methodical_wire::{Schema, normalise, parse_json, validate, write_integers};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A named type, with what can be done to its values.
pub struct Entry {
    /// Its Rust name.
    pub name: &'static str,
    schema: &'static Schema,
    through: fn(&'static Schema, &str) -> Result<String, String>,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The first thing that the validator finds wrong, as its pointer and what it says.
    pub violation: Option<(String, String)>,
    /// The text that the type is written as, or why the value cannot be read.
    pub read: Result<String, String>,
}

/// The entry of a type whose values are answers: they are read from their text, as a client does.
pub const fn answer<T: DeserializeOwned + Serialize>(name: &'static str, schema: &'static Schema) -> Entry {
    Entry { name, schema, through: through_text::<T> }
}

/// The entry of a type whose values are requests: they are read as a server does.
pub const fn request<T: DeserializeOwned + Serialize>(name: &'static str, schema: &'static Schema) -> Entry {
    Entry { name, schema, through: through_value::<T> }
}

fn through_text<T: DeserializeOwned + Serialize>(_: &'static Schema, text: &str) -> Result<String, String> {
    let again = |error: serde_json::Error| {
        // A client has another look where integers may be written as `1.0`.
        let mut value = parse_json(text.as_bytes()).map_err(|_| error.to_string())?;
        write_integers(&mut value);
        serde_json::from_str(&value.to_string()).map_err(|_| error.to_string())
    };
    let read: T = serde_json::from_str(text).or_else(again)?;
    serde_json::to_string(&read).map_err(|error| format!("it cannot be written: {error}"))
}

fn through_value<T: DeserializeOwned + Serialize>(schema: &'static Schema, text: &str) -> Result<String, String> {
    let mut value = parse_json(text.as_bytes()).map_err(|error| error.to_string())?;
    normalise(schema, &mut value);
    let read: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_string(&read).map_err(|error| format!("it cannot be written: {error}"))
}

impl Entry {
    /// What becomes of a JSON text.
    pub fn tried(&self, text: &str) -> Answer {
        let work = || {
            let violation = match parse_json(text.as_bytes()) {
                Ok(value) => validate(self.schema, &value).into_iter().next(),
                Err(error) => {
                    return Answer {
                        violation: Some((String::new(), error.to_string())),
                        read: Err(error.to_string()),
                    };
                }
            };
            let violation = violation.map(|violation| (violation.pointer, violation.detail));
            Answer { violation, read: (self.through)(self.schema, text) }
        };
        catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Answer { violation: None, read: Err("panicked".to_owned()) })
    }
}

/// Reads `[position of the entry, text]`, one a line, of the file that the command line names; answers each with a line.
///
/// # Errors
///
/// There is no such file, or standard output is gone.
pub fn run(entries: &[Entry]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let lines = std::fs::read_to_string(std::env::args_os().nth(1).unwrap_or_default())?;
    for line in lines.lines() {
        let Ok((position, text)) = serde_json::from_str::<(usize, String)>(line) else { continue };
        let answer = match entries.get(position) {
            Some(entry) => entry.tried(&text),
            None => Answer { violation: None, read: Err("there is no such entry".to_owned()) },
        };
        writeln!(stdout, "{}", serde_json::to_string(&answer)?)?;
        stdout.flush()?;
    }
    Ok(())
}
