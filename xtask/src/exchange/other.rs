//! Calls of progenitor's client, from the signatures of its methods: what an argument is called says which it is, and its type
//! follows by inference.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Context;
use methodical_generate::exchange::Played;
use methodical_model::{Api, ParameterLocation, SecurityKind};
use syn::{FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, ReturnType, Type};

/// The module of the program, and how many operations it calls. `source` is that of the client, `library` its crate.
///
/// # Errors
///
/// The source is no Rust.
pub(super) fn module(
    api: &Api,
    played: &[Played],
    source: &str,
    library: &str,
    left_out: &mut BTreeMap<String, u64>,
) -> anyhow::Result<(String, usize)> {
    let methods = methods(source)?;
    let mut functions = String::new();
    let mut entries = String::new();
    let mut count = 0;
    for one in played.iter().filter(|one| !one.responses.is_empty()) {
        let operation = api.operation(one.operation);
        let name = normal(&operation.name.snake);
        let members: Vec<&str> = one.arguments.iter().flatten().map(String::as_str).collect();
        let called = methods.get(&name).and_then(|method| Some((method, call(method, &members)?)));
        let Some((method, call)) = called else {
            *left_out.entry("an operation that progenitor's client cannot be asked for".to_owned()).or_default() += 1;
            continue;
        };
        let came = if method.is_opaque { "other_status" } else { "other_came" };
        let _ = write!(
            functions,
            "async fn call_{count}(client: &Client, turn: &Turn) -> Step<()> {{\n{}    turn.{came}(client.{}({}).await)\n}}\n\n",
            call.bindings,
            method.name,
            call.arguments.join(", ")
        );
        let _ =
            writeln!(entries, "    ({:?}, |client, turn| Box::pin(call_{count}(client, turn))),", operation.name.wire);
        count += 1;
    }
    let text = format!(
        "//! The calls by progenitor's client.\n\nuse methodical_exchange::{{Other, OtherCall, Step, Turn}};\nuse {library}::Client;\n\n\
         pub(crate) fn other() -> Other<Client> {{\n    let calls: Vec<OtherCall<Client>> = vec![\n{entries}    ];\n    \
         Other {{ client: Client::new_with_client, headers: &[{}], calls }}\n}}\n\n{functions}",
        headers(api)
    );
    Ok((text, count))
}

/// The credentials, as header fields.
fn headers(api: &Api) -> String {
    let fields = api.security_schemes.iter().filter_map(|scheme| match &scheme.kind {
        SecurityKind::Basic => Some(("authorization".to_owned(), "Basic ZXhjaGFuZ2U6ZXhjaGFuZ2U=".to_owned())),
        SecurityKind::Http { scheme } => Some(("authorization".to_owned(), format!("{scheme} exchange"))),
        SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
            Some(("authorization".to_owned(), "Bearer exchange".to_owned()))
        }
        SecurityKind::ApiKey { name, location: ParameterLocation::Header, .. } => {
            Some((name.to_ascii_lowercase(), "exchange".to_owned()))
        }
        SecurityKind::ApiKey { .. } | SecurityKind::MutualTls => None,
    });
    let mut by_name = BTreeMap::new();
    for (name, value) in fields {
        by_name.entry(name).or_insert(value);
    }
    by_name.iter().map(|(name, value)| format!("({name:?}, {value:?}), ")).collect()
}

/// A method of the client.
struct Method {
    name: String,
    arguments: Vec<(String, Form)>,
    /// Whether its answer is a stream of bytes.
    is_opaque: bool,
}

/// What an argument looks like, as far as it decides how it is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Owned,
    Text,
    OptionalText,
    Reference,
    OptionalReference,
    Slice,
    /// Something that no value can be made for without its type.
    Other,
}

fn methods(source: &str) -> anyhow::Result<BTreeMap<String, Method>> {
    let file = syn::parse_file(source).context("progenitor's client is no Rust")?;
    let mut methods = BTreeMap::new();
    let items = file.items.iter().filter_map(|item| {
        let Item::Impl(own) = item else { return None };
        own.trait_.is_none().then_some(&own.items)
    });
    for item in items.flatten() {
        let ImplItem::Fn(function) = item else { continue };
        if function.sig.asyncness.is_none() {
            continue;
        }
        let arguments = function.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => {
                let Pat::Ident(name) = &*typed.pat else { return None };
                Some((name.ident.to_string(), form(&typed.ty)))
            }
            FnArg::Receiver(_) => None,
        });
        let is_opaque = match &function.sig.output {
            ReturnType::Type(_, ty) => answered(ty).is_none_or(|name| name == "ByteStream" || name == "Upgraded"),
            ReturnType::Default => true,
        };
        let name = function.sig.ident.to_string();
        methods.insert(normal(&name), Method { name, arguments: arguments.collect(), is_opaque });
    }
    Ok(methods)
}

/// The last name of `T` in `Result<ResponseValue<T>, _>`.
fn answered(ty: &Type) -> Option<String> {
    let Type::Path(path) = inner(inner(ty)?)? else { return Some(String::new()) };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

/// `T` in `Name<T, ..>`.
fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| {
        let GenericArgument::Type(ty) = argument else { return None };
        Some(ty)
    })
}

fn form(ty: &Type) -> Form {
    if let Type::Reference(reference) = ty {
        return match (&*reference.elem, is_named(&reference.elem, "str")) {
            (_, true) => Form::Text,
            (Type::Slice(_), false) => Form::Slice,
            (_, false) => Form::Reference,
        };
    }
    if is_named(ty, "Option") {
        return match inner(ty).map(form) {
            Some(Form::Text) => Form::OptionalText,
            Some(Form::Reference) => Form::OptionalReference,
            Some(Form::Owned) => Form::Owned,
            Some(Form::OptionalText | Form::OptionalReference | Form::Slice | Form::Other) | None => Form::Other,
        };
    }
    // The type of a body of bytes is a parameter of the method.
    let is_parameter = matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| name == "B"));
    if is_parameter { Form::Other } else { Form::Owned }
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

/// A call: how arguments are made, and how they are passed.
struct Call {
    bindings: String,
    arguments: Vec<String>,
}

/// `None` where an argument cannot be made.
fn call(method: &Method, members: &[&str]) -> Option<Call> {
    let mut call = Call { bindings: String::new(), arguments: Vec::new() };
    let mut used = 0;
    for (position, (name, form)) in method.arguments.iter().enumerate() {
        let member = members.iter().find(|member| normal(member) == normal(name));
        let value = match member {
            Some(member) => format!("turn.argument({member:?})?"),
            None if normal(name) == "body" => "turn.json()?".to_owned(),
            // Header fields that the native client sets by other means.
            None if matches!(form, Form::OptionalText) => {
                call.arguments.push("None".to_owned());
                continue;
            }
            None => return None,
        };
        used += usize::from(member.is_some());
        let variable = format!("value_{position}");
        let (declared, passed) = match form {
            Form::Owned => (variable.clone(), variable),
            Form::Text => (format!("{variable}: String"), format!("&{variable}")),
            Form::OptionalText => (format!("{variable}: Option<String>"), format!("{variable}.as_deref()")),
            Form::Reference => (variable.clone(), format!("&{variable}")),
            Form::OptionalReference => (format!("{variable}: Option<_>"), format!("{variable}.as_ref()")),
            Form::Slice => (format!("{variable}: Vec<_>"), format!("&{variable}")),
            Form::Other => return None,
        };
        let _ = writeln!(call.bindings, "    let {declared} = {value};");
        call.arguments.push(passed);
    }
    // What it cannot send would not be heard either.
    (used == members.len()).then_some(call)
}

fn normal(name: &str) -> String {
    name.trim_start_matches("r#").replace('_', "").to_lowercase()
}
