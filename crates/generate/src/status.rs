//! Statuses as names and patterns.

use methodical_model::{Response, Status};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The errors that the runtime answers by itself and that no handler may choose.
pub(crate) const RUNTIME_ERRORS: [u16; 14] = [400, 401, 405, 406, 408, 412, 413, 414, 415, 429, 431, 500, 501, 503];

/// The errors of the registry that a declared `4XX` or `5XX` lets a handler choose.
pub(crate) const CHOSEN_ERRORS: [u16; 22] =
    [402, 403, 404, 407, 409, 410, 411, 416, 417, 421, 422, 423, 424, 425, 426, 428, 451, 502, 504, 507, 508, 511];

/// The name of a status as a variant: `NotFound`, `ClientError`, `Default`.
pub(crate) fn variant_name(status: Status) -> String {
    match status {
        Status::Code(code) => reason(code).map_or_else(|| format!("Status{code}"), str::to_owned),
        Status::Range(class) => class_name(class),
        Status::Default => "Default".to_owned(),
    }
}

/// As it stands in a description: `404`, `4XX`, `default`.
pub(crate) fn text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// The text of [`expand_pattern`].
pub(crate) fn pattern(status: Status, declared: &[Response]) -> String {
    expand_pattern(status, declared).to_string().replace(" ..= ", "..=")
}

/// The pattern of an answer, which is looked for before errors are: where `default` is one, it leaves out what is declared beside it.
pub(crate) fn answer_pattern(status: Status, declared: &[Response]) -> String {
    let is_declared = |code: &u16| {
        declared.iter().any(|response| match response.status {
            Status::Code(declared) => declared == *code,
            Status::Range(class) => u16::from(class) == code / 100,
            Status::Default => false,
        })
    };
    if status != Status::Default || !(LOWEST..=HIGHEST).any(|code| is_declared(&code)) {
        return pattern(status, declared);
    }
    let codes: Vec<u16> = (LOWEST..=HIGHEST).filter(|code| !is_declared(code)).collect();
    expand_codes(&codes).to_string().replace(" ..= ", "..=")
}

/// The statuses that there are (RFC 9110, section 15).
const LOWEST: u16 = 100;
const HIGHEST: u16 = 599;

/// A pattern for a status code. A range leaves out the codes that are declared beside it.
pub(crate) fn expand_pattern(status: Status, declared: &[Response]) -> TokenStream {
    match status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Range(class) => expand_range(u16::from(class), declared),
        Status::Default => quote!(_),
    }
}

/// `400..=403 | 405..=499`: patterns that overlap would be right by their order alone.
fn expand_range(class: u16, declared: &[Response]) -> TokenStream {
    let is_declared = |code: &u16| declared.iter().any(|response| response.status == Status::Code(*code));
    let codes: Vec<u16> = (class * 100..=class * 100 + 99).filter(|code| !is_declared(code)).collect();
    expand_codes(&codes)
}

fn expand_codes(codes: &[u16]) -> TokenStream {
    let ranges = codes.chunk_by(|one, next| one + 1 == *next).map(|codes| {
        let (first, last) = (codes.first().copied().unwrap_or(0), codes.last().copied().unwrap_or(0));
        let (from, to) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(last));
        if first == last { quote!(#from) } else { quote!(#from..=#to) }
    });
    quote!(#(#ranges)|*)
}

fn class_name(class: u8) -> String {
    match class {
        2 => "Success".to_owned(),
        3 => "Redirection".to_owned(),
        4 => "ClientError".to_owned(),
        5 => "ServerError".to_owned(),
        other => format!("Class{other}"),
    }
}

/// The reason phrases of RFC 9110 (section 15) and of the registry it founds.
fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        208 => "AlreadyReported",
        226 => "ImUsed",
        300 => "MultipleChoices",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        305 => "UseProxy",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        407 => "ProxyAuthenticationRequired",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "LengthRequired",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        414 => "UriTooLong",
        415 => "UnsupportedMediaType",
        416 => "RangeNotSatisfiable",
        417 => "ExpectationFailed",
        421 => "MisdirectedRequest",
        422 => "UnprocessableContent",
        423 => "Locked",
        424 => "FailedDependency",
        425 => "TooEarly",
        426 => "UpgradeRequired",
        428 => "PreconditionRequired",
        429 => "TooManyRequests",
        431 => "RequestHeaderFieldsTooLarge",
        451 => "UnavailableForLegalReasons",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        505 => "HttpVersionNotSupported",
        507 => "InsufficientStorage",
        508 => "LoopDetected",
        511 => "NetworkAuthenticationRequired",
        _ => return None,
    })
}
