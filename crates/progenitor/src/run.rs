//! One run of progenitor, from which nothing escapes: neither its errors, nor its panics, nor a deep recursion.
//!
//! It runs on a thread with a big stack. A panic there is caught, and says nothing on standard error: a hook that knows
//! the thread by its name keeps silent for it, and leaves every other thread's panics to the hook that was there before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator};
use quote::quote;

/// What progenitor wrote.
#[derive(Debug)]
pub(crate) struct Written {
    /// The client, as text, because tokens stay on the thread that made them.
    pub(crate) code: String,
    /// The crates that it uses beside those that it always does.
    pub(crate) uses: Uses,
}

/// Crates that generated code may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Uses {
    pub(crate) chrono: bool,
    pub(crate) uuid: bool,
    pub(crate) regress: bool,
    pub(crate) futures: bool,
}

/// How a description is turned into code: progenitor, or what a test puts in its place.
pub(crate) type Run<'r> = dyn Fn(&OpenAPI, bool) -> Result<Written, String> + 'r;

const THREAD: &str = "methodical-progenitor";
const STACK: usize = 512 << 20;

/// Runs progenitor. With `with_media_types` each method asks the function that sets what the contract says of them.
///
/// # Errors
///
/// progenitor's error, or what it panicked with.
pub(crate) fn generate(document: &OpenAPI, with_media_types: bool) -> Result<Written, String> {
    silence();
    thread::scope(|scope| {
        let worker = thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK);
        let worker = worker.spawn_scoped(scope, || caught(document, with_media_types));
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(said(panic.as_ref())),
            Err(error) => Err(format!("no thread could be started: {error}")),
        }
    })
}

fn caught(document: &OpenAPI, with_media_types: bool) -> Result<Written, String> {
    let run = || {
        let mut settings = GenerationSettings::new();
        settings.with_map_type("::std::collections::BTreeMap");
        if with_media_types {
            settings.with_pre_hook(quote! {
                (|request: &mut ::reqwest::Request| super::media_types::set(request, info.operation_id))
            });
        }
        let mut generator = Generator::new(&settings);
        let tokens = generator.generate_tokens(document).map_err(|error| error.to_string())?;
        let types = generator.get_type_space();
        let uses = Uses {
            chrono: types.uses_chrono(),
            uuid: types.uses_uuid(),
            regress: types.uses_regress(),
            futures: generator.uses_futures(),
        };
        Ok(Written { code: tokens.to_string(), uses })
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(said(panic.as_ref())))
}

/// What a panic said, on one line.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let line = text.unwrap_or("it panicked").split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(THREAD) {
                before(panic);
            }
        }));
    });
}
