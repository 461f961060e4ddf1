//! Which schema or operation it is that progenitor fails on, found by halves, left out, and said.
//!
//! The allow-list of [`crate::lower`] is meant to leave nothing to find; this is the last resort, and knows no construct.

use openapiv3::{OpenAPI, ReferenceOr};

use crate::loss::Loss;
use crate::lower::{Entry, Lowered};
use crate::run::{Run, Written};

/// How many may be left out before a description is given up.
const MOST: usize = 64;

/// What progenitor writes, with as much left out as it takes.
///
/// # Errors
///
/// It fails on nothing that could be left out, or on too much.
pub(crate) fn generate(lowered: &mut Lowered, run: &Run<'_>) -> Result<Written, String> {
    let mut failure = String::new();
    for _ in 0..MOST {
        match run(&lowered.document(), lowered.has_media_types()) {
            Ok(written) => return Ok(written),
            Err(message) => failure = message,
        }
        let media = lowered.has_media_types();
        let fails = |kept: usize| run(&lowered.prefix(kept), media).err();
        let all = lowered.entries.len();
        // Nothing at all fails too, or only the whole does: there is no culprit.
        if fails(0).is_some() {
            return Err(failure);
        }
        let (mut sound, mut failing) = (0, all);
        while failing - sound > 1 {
            let middle = sound + (failing - sound) / 2;
            match fails(middle) {
                Some(message) => (failing, failure) = (middle, message),
                None => sound = middle,
            }
        }
        lowered.leave_out(sound, &failure);
    }
    Err(failure)
}

impl Lowered {
    /// The document with everything that was not left out.
    pub(crate) fn document(&self) -> OpenAPI {
        self.prefix(self.entries.len())
    }

    /// The document with the first entries alone; later schemas are any JSON, later operations are not there.
    fn prefix(&self, kept: usize) -> OpenAPI {
        let mut document = self.frame.clone();
        let components = document.components.get_or_insert_default();
        for (index, entry) in self.entries.iter().enumerate() {
            match entry {
                Entry::Schema { name, schema, .. } => {
                    let schema = if index < kept { (**schema).clone() } else { crate::lower::schema::any() };
                    components.schemas.insert(name.clone(), ReferenceOr::Item(schema));
                }
                Entry::Operation { path, method, operation, .. } if index < kept => {
                    let item = document.paths.paths.entry(path.clone());
                    let item = item.or_insert_with(|| ReferenceOr::Item(openapiv3::PathItem::default()));
                    if let ReferenceOr::Item(item) = item {
                        *method.of(item) = Some((**operation).clone());
                    }
                }
                Entry::Operation { .. } => {}
            }
        }
        document
    }

    fn leave_out(&mut self, index: usize, failure: &str) {
        let (subject, origin) = match &mut self.entries[index] {
            Entry::Schema { schema, subject, origin, .. } => {
                **schema = crate::lower::schema::any();
                (*subject, origin.clone())
            }
            Entry::Operation { subject, origin, .. } => (*subject, origin.clone()),
        };
        if let Entry::Operation { .. } = &self.entries[index] {
            self.entries.remove(index);
        }
        let text = format!("progenitor fails on it: {failure}");
        self.losses.push(Loss { subject, text, origin, whole: true, by_progenitor: true });
    }
}
