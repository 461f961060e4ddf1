//! An operation of the model as an expression that makes an `Operation` of the wire crate.

use methodical_model::{
    Canonical, Content, Effect, FieldKind, FormField, Idempotency, Kind, Location, MediaType, Method, Operation,
    OperationId, Paging, PagingStyle, Parameter, ParameterLocation, ParameterRole, ParameterStyle, Replays,
    RequestBody, Requirement, Response, Schema, SecurityKind, Shape, Status, TypeId,
};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::schema::Place;
use crate::content;
use crate::names::plain;

/// How long an idempotency key is kept where the description does not say: a day.
const RETENTION_SECONDS: u64 = 86_400;

/// A schema as text: types, and the named types by their position among `targets`.
fn member_text(schema: &Schema, targets: &mut Vec<TypeId>) -> String {
    let name = match &schema.kind {
        Kind::Named(id) => {
            targets.push(*id);
            return format!("{{\"$ref\": \"{}\"}}", targets.len() - 1);
        }
        Kind::Array { items, .. } => {
            return format!("{{\"type\": \"array\", \"items\": {}}}", member_text(items, targets));
        }
        Kind::Map { values, .. } => {
            return format!("{{\"type\": \"object\", \"additionalProperties\": {}}}", member_text(values, targets));
        }
        Kind::Tuple { .. } => "array",
        Kind::Any | Kind::Nothing | Kind::Constant(_) => return "true".to_owned(),
        Kind::Boolean => "boolean",
        Kind::Integer { .. } => "integer",
        Kind::Number { .. } => "number",
        Kind::String { .. } => "string",
    };
    format!("{{\"type\": \"{name}\"}}")
}

/// Whether a parameter is an argument of generated methods; the runtimes fill in the others.
pub(crate) fn is_argument(parameter: &Parameter) -> bool {
    match parameter.role {
        ParameterRole::Plain | ParameterRole::Page | ParameterRole::PageSize => true,
        ParameterRole::IfMatch
        | ParameterRole::IfNoneMatch
        | ParameterRole::IfModified
        | ParameterRole::IdempotencyKey
        | ParameterRole::Ignored => false,
    }
}

/// Whether a response may be an error that a server has to say by itself.
fn may_be_error(status: Status) -> bool {
    match status {
        Status::Code(code) => code >= 400,
        Status::Range(class) => class >= 4,
        Status::Default => true,
    }
}

/// Which way a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Response,
    /// What a server may have to fill in.
    Error,
}

impl Place<'_> {
    /// The data of an operation.
    pub(crate) fn expand_operation(&self, operation: &Operation) -> TokenStream {
        let name = self.wire("Operation");
        let id = &operation.name.wire;
        let method = self.expand_method(operation.method);
        let path = &operation.path.text;
        let server = self.server_of(operation).map(|url| quote!(server: Some(#url),));
        let effect = match operation.effect {
            Effect::Safe => quote!(safe),
            Effect::Idempotent => quote!(idempotent),
            Effect::Unsafe => quote!(not_idempotent),
        };
        let arguments: Vec<_> = operation.parameters.iter().filter(|parameter| is_argument(parameter)).collect();
        let parameters = arguments.iter().map(|parameter| self.expand_parameter(parameter));
        let parameters = (!arguments.is_empty()).then(|| quote!(parameters: &[#(#parameters),*],));
        let body = operation.body.as_ref().and_then(|body| self.expand_request_body(body));
        let body = body.map(|body| quote!(body: Some(#body),));
        let responses = self.expand_responses(&operation.responses);
        let security = operation.security.iter().map(|alternative| self.expand_alternative(alternative));
        let security = (!operation.security.is_empty()).then(|| quote!(security: &[#(#security),*],));
        let idempotency = operation.idempotency.as_ref().map(|key| self.expand_idempotency(key));
        let idempotency = idempotency.map(|key| quote!(idempotency: Some(#key),));
        let takes = |role| operation.parameter(role).is_some();
        let if_match = takes(ParameterRole::IfMatch).then(|| quote!(if_match: true,));
        let if_none_match = takes(ParameterRole::IfNoneMatch).then(|| quote!(if_none_match: true,));
        let locations = operation.locations.iter().map(|location| self.expand_location(location));
        let locations = (!operation.locations.is_empty()).then(|| quote!(locations: &[#(#locations),*],));
        let paging = operation.paging.as_ref().map(|paging| self.expand_paging(paging));
        let paging = paging.map(|paging| quote!(paging: Some(#paging),));
        quote! {
            #name {
                #server
                #parameters
                #body
                responses: #responses,
                #security
                #idempotency
                #if_match
                #if_none_match
                #locations
                #paging
                ..#name::#effect(#method, #id, #path)
            }
        }
    }

    /// The URL of an operation's own server, if that is not one of the API's.
    fn server_of<'o>(&self, operation: &'o Operation) -> Option<&'o str> {
        let own = operation.servers.first()?;
        let is_common = self.context.api.servers.iter().any(|server| server.url == own.url);
        Some(own.url.as_str()).filter(|_| !is_common)
    }

    fn expand_method(&self, method: Method) -> TokenStream {
        let name = self.wire("Method");
        let variant = match method {
            Method::Get => "Get",
            Method::Head => "Head",
            Method::Put => "Put",
            Method::Post => "Post",
            Method::Patch => "Patch",
            Method::Delete => "Delete",
            Method::Options => "Options",
            Method::Trace => "Trace",
            Method::Query => "Query",
            Method::Other(token) => {
                let token = token.as_str();
                return quote!(#name::Other(#token));
            }
        };
        let variant = format_ident!("{variant}");
        quote!(#name::#variant)
    }

    fn expand_parameter(&self, parameter: &Parameter) -> TokenStream {
        let type_name = self.wire("Parameter");
        let name = &parameter.name.wire;
        let (made, usual) = match parameter.location {
            ParameterLocation::Path => ("path", (ParameterStyle::Simple, false, true)),
            ParameterLocation::Query => ("query", (ParameterStyle::Form, true, false)),
            ParameterLocation::Header => ("header", (ParameterStyle::Simple, false, false)),
            ParameterLocation::Cookie => ("cookie", (ParameterStyle::Form, true, false)),
        };
        let (usual_style, usual_explode, usual_required) = usual;
        let schema = self.expand_schema(&parameter.canonical);
        let made = format_ident!("{made}");
        let member = plain(&parameter.name.snake);
        let member = (member != name).then(|| quote!(.member(#member)));
        let Parameter { style, explode, required, .. } = parameter;
        let styled = ((*style, *explode) != (usual_style, usual_explode)).then(|| {
            let style = self.expand_style(*style);
            quote!(.style(#style, #explode))
        });
        let must = (*required && !usual_required).then(|| quote!(.required()));
        let default = self.default_of(parameter).map(|json| quote!(.default(#json)));
        let made = quote!(#type_name::#made(#name, #schema)#member #styled #must #default);
        let may_lack = (!*required && usual_required).then(|| quote!(required: false,));
        let allow_reserved = parameter.allow_reserved.then(|| quote!(allow_reserved: true,));
        let allow_empty = parameter.allow_empty.then(|| quote!(allow_empty: true,));
        if may_lack.is_none() && allow_reserved.is_none() && allow_empty.is_none() {
            return made;
        }
        quote!(#type_name { #may_lack #allow_reserved #allow_empty ..#made })
    }

    /// The default of an optional parameter, also where an alias has it.
    fn default_of(&self, parameter: &Parameter) -> Option<String> {
        let default = parameter.schema.default.as_ref().or(self.context.behind(&parameter.schema).default.as_ref());
        let default = default.filter(|value| !parameter.required && **value != methodical_document::Value::Null);
        default.map(|value| value.to_json().trim_end().to_owned())
    }

    fn expand_parameter_location(&self, location: ParameterLocation) -> TokenStream {
        let name = self.wire("ParameterLocation");
        match location {
            ParameterLocation::Path => quote!(#name::Path),
            ParameterLocation::Query => quote!(#name::Query),
            ParameterLocation::Header => quote!(#name::Header),
            ParameterLocation::Cookie => quote!(#name::Cookie),
        }
    }

    pub(crate) fn expand_style(&self, style: ParameterStyle) -> TokenStream {
        let name = self.wire("Style");
        let variant = match style {
            ParameterStyle::Simple => "Simple",
            ParameterStyle::Label => "Label",
            ParameterStyle::Matrix => "Matrix",
            ParameterStyle::Form => "Form",
            ParameterStyle::SpaceDelimited => "SpaceDelimited",
            ParameterStyle::PipeDelimited => "PipeDelimited",
            ParameterStyle::DeepObject => "DeepObject",
            ParameterStyle::Cookie => "Cookie",
            ParameterStyle::Json => "Json",
        };
        let variant = format_ident!("{variant}");
        quote!(#name::#variant)
    }

    /// A body without any media type has nothing to say.
    fn expand_request_body(&self, body: &RequestBody) -> Option<TokenStream> {
        if body.contents.is_empty() {
            return None;
        }
        let name = self.wire("RequestBody");
        let required = body.required;
        let form = content::form(self.context.api, body);
        let contents = body.contents.iter().enumerate().map(|(position, content)| {
            let fields = form.as_ref().filter(|(form, _)| *form == position).map(|(_, fields)| fields.as_slice());
            self.expand_content(content, Way::Request, fields.unwrap_or_default())
        });
        Some(quote!(#name { required: #required, contents: &[#(#contents),*] }))
    }

    /// One media type. What is usual has a constant.
    fn expand_content(&self, content: &Content, way: Way, fields: &[FormField<'_>]) -> TokenStream {
        let name = self.wire("Content");
        let usual = match (content.kind, content.media_type.as_str()) {
            (MediaType::Json, "application/json") => Some(quote!(#name::JSON)),
            (MediaType::Problem, "application/problem+json") => Some(quote!(#name::PROBLEM)),
            (_, _) => None,
        };
        // Only what a form has to be read as is asked of a response.
        let checks = match way {
            Way::Request => true,
            Way::Response => content.kind == MediaType::Form,
            Way::Error => matches!(content.kind, MediaType::Json | MediaType::Text),
        };
        let schema = checks.then(|| self.content_schema(content)).flatten();
        let schema = if fields.is_empty() { schema } else { Some(self.expand_schema(&content.canonical)) };
        match (usual, schema) {
            (Some(usual), None) => usual,
            (Some(usual), Some(schema)) => quote!(#name { schema: #schema, ..#usual }),
            (None, schema) => {
                let media_type = &content.media_type;
                let encoding = self.expand_encoding(content.kind);
                let schema = schema.map(|schema| quote!(schema: #schema,));
                let fields = fields.iter().map(|field| self.expand_field(field));
                let fields: Vec<_> = fields.collect();
                let fields = (!fields.is_empty()).then(|| quote!(fields: &[#(#fields),*],));
                let styles = self.expand_styles(content);
                let texts = content.text_events.as_ref().map(|texts| quote!(text_events: Some(&[#(#texts),*]),));
                let special = quote!(#schema #fields #styles #texts);
                quote!(#name { media_type: #media_type, encoding: #encoding, #special ..#name::JSON })
            }
        }
    }

    fn expand_field(&self, field: &FormField<'_>) -> TokenStream {
        let type_name = self.wire("Field");
        let name = &field.property.name.wire;
        let kind = match field.kind {
            FieldKind::Text => quote!(TEXT),
            FieldKind::Json => quote!(JSON),
            FieldKind::File => quote!(FILE),
        };
        let many = field.many.then(|| quote!(many: true,));
        let media_type = field.media_type.map(|media_type| quote!(media_type: Some(#media_type),));
        let headers = &field.required_headers;
        let headers = (!headers.is_empty()).then(|| quote!(required_headers: &[#(#headers),*],));
        quote!(#type_name { name: #name, #many #media_type #headers ..#type_name::#kind })
    }

    /// The members of a form that have a style of their own.
    fn expand_styles(&self, content: &Content) -> Option<TokenStream> {
        let Shape::Object(object) = &self.context.api.resolved(&content.schema)?.shape else { return None };
        let has_styles = matches!(content.kind, MediaType::Form | MediaType::Multipart);
        let styled = content.encodings.iter().filter(|_| has_styles).filter_map(|encoding| {
            let (style, explode, allow_reserved) = encoding.style?;
            let property = object.properties.iter().find(|property| property.name.wire == encoding.name)?;
            Some((property, style, explode, allow_reserved))
        });
        let parameters: Vec<TokenStream> = styled
            .map(|(property, style, explode, allow_reserved)| {
                let (type_name, wire) = (self.wire("Parameter"), &property.name.wire);
                let style = self.expand_style(style);
                let schema = self.expand_member_schema(&property.schema);
                quote! {
                    #type_name {
                        name: #wire,
                        member: #wire,
                        style: #style,
                        explode: #explode,
                        allow_reserved: #allow_reserved,
                        schema: #schema,
                        ..#type_name::PLAIN
                    }
                }
            })
            .collect();
        (!parameters.is_empty()).then(|| quote!(styles: &[#(#parameters),*],))
    }

    /// What a member holds, as far as its text in a form needs to be told from another.
    fn expand_member_schema(&self, schema: &Schema) -> TokenStream {
        let mut targets = Vec::new();
        let text = member_text(schema, &mut targets);
        let schema = self.wire("schema");
        let references = targets.iter().enumerate().map(|(index, id)| {
            let (name, target) = (index.to_string(), self.expand_static(*id));
            quote!(, #name => #target)
        });
        quote!(#schema!(#text #(#references)*))
    }

    /// Text and bytes are not JSON: only what is parsed is held against its schema.
    fn content_schema(&self, content: &Content) -> Option<TokenStream> {
        let is_checked = match content.kind {
            MediaType::Json | MediaType::Form => true,
            // An item is.
            MediaType::Events | MediaType::Lines | MediaType::Sequence => true,
            MediaType::Text => matches!(content.schema.kind, Kind::String { .. }),
            MediaType::Problem | MediaType::Binary | MediaType::Multipart | MediaType::TextEvents => false,
        };
        let says = is_checked && content.canonical != Canonical::any();
        says.then(|| self.expand_schema(&content.canonical))
    }

    fn expand_encoding(&self, kind: MediaType) -> TokenStream {
        let name = self.wire("Encoding");
        match kind {
            MediaType::Json => quote!(#name::Json),
            MediaType::Problem => quote!(#name::Problem),
            MediaType::Form => quote!(#name::Form),
            MediaType::Multipart => quote!(#name::Multipart),
            MediaType::Text => quote!(#name::Text),
            MediaType::Binary => quote!(#name::Binary),
            MediaType::Events => quote!(#name::Events),
            MediaType::TextEvents => quote!(#name::TextEvents),
            MediaType::Lines => quote!(#name::Lines),
            MediaType::Sequence => quote!(#name::Sequence),
        }
    }

    /// Where all are JSON, problems or nothing, they are a list of statuses.
    fn expand_responses(&self, responses: &[Response]) -> TokenStream {
        let simple: Option<Vec<(u16, String)>> = responses.iter().map(|response| self.simple(response)).collect();
        let Some(simple) = simple.filter(|simple| !simple.is_empty()) else {
            let responses = responses.iter().map(|response| self.expand_response(response));
            return quote!(&[#(#responses),*]);
        };
        let name = self.wire("responses");
        let groups = simple.chunk_by(|(_, one), (_, next)| one == next).map(|group| {
            let statuses = group.iter().map(|(status, _)| Literal::u16_unsuffixed(*status));
            let kind: TokenStream = group.first().and_then(|(_, kind)| kind.parse().ok()).unwrap_or_default();
            quote!(#(#statuses)* #kind)
        });
        quote!(#name!(#(#groups),*))
    }

    /// The status and the kind of a response that `responses!` has a word for.
    fn simple(&self, response: &Response) -> Option<(u16, String)> {
        let Status::Code(code) = response.status else { return None };
        let kind = match response.contents.as_slice() {
            [] => "empty".to_owned(),
            [content] => match (content.kind, content.media_type.as_str()) {
                (MediaType::Json, "application/json") if may_be_error(response.status) => {
                    let schema = content.canonical.only_reference().map(|id| self.expand_static(id));
                    match schema {
                        Some(schema) => quote!([#schema]).to_string(),
                        None if content.canonical == Canonical::any() => "json".to_owned(),
                        None => return None,
                    }
                }
                (MediaType::Json, "application/json") => "json".to_owned(),
                (MediaType::Problem, "application/problem+json") => "problem".to_owned(),
                (_, _) => return None,
            },
            [_, _, ..] => return None,
        };
        Some((code, kind))
    }

    fn expand_response(&self, response: &Response) -> TokenStream {
        let (name, pattern) = (self.wire("Response"), self.wire("StatusPattern"));
        let status = match response.status {
            Status::Code(code) => {
                let code = Literal::u16_unsuffixed(code);
                quote!(#pattern::Code(#code))
            }
            Status::Range(class) => {
                let class = Literal::u8_unsuffixed(class);
                quote!(#pattern::Range(#class))
            }
            Status::Default => quote!(#pattern::Default),
        };
        let way = if may_be_error(response.status) { Way::Error } else { Way::Response };
        let contents = response.contents.iter().map(|content| self.expand_content(content, way, &[]));
        quote!(#name { status: #status, contents: &[#(#contents),*] })
    }

    fn expand_alternative(&self, alternative: &[Requirement]) -> TokenStream {
        let schemes = alternative.iter().map(|requirement| self.expand_scheme(requirement));
        quote!(&[#(#schemes),*])
    }

    fn expand_scheme(&self, requirement: &Requirement) -> TokenStream {
        let type_name = self.wire("SecurityScheme");
        let scheme = &self.context.api.security_schemes[requirement.scheme];
        let name = &scheme.name.wire;
        let scopes = &requirement.scopes;
        match &scheme.kind {
            SecurityKind::Http { scheme } if scheme.eq_ignore_ascii_case("bearer") => {
                quote!(#type_name::Bearer { name: #name, scopes: &[#(#scopes),*] })
            }
            SecurityKind::Http { scheme } => quote!(#type_name::Http { name: #name, scheme: #scheme }),
            SecurityKind::Basic => quote!(#type_name::Basic { name: #name }),
            SecurityKind::ApiKey { location, name: parameter } => {
                let location = self.expand_parameter_location(*location);
                quote!(#type_name::ApiKey { name: #name, location: #location, parameter: #parameter })
            }
            SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                quote!(#type_name::Bearer { name: #name, scopes: &[#(#scopes),*] })
            }
            SecurityKind::MutualTls => quote!(#type_name::MutualTls { name: #name }),
        }
    }

    fn expand_idempotency(&self, key: &Idempotency) -> TokenStream {
        let (name, replays) = (self.wire("Idempotency"), self.wire("Replays"));
        let header = &key.header;
        let required = key.required;
        let replayed = match key.replays {
            Replays::Success => quote!(Success),
            Replays::All => quote!(All),
        };
        let retention = Literal::u64_unsuffixed(key.retention.unwrap_or(RETENTION_SECONDS));
        quote! {
            #name {
                header: #header, required: #required, replays: #replays::#replayed, retention_seconds: #retention
            }
        }
    }

    fn expand_location(&self, location: &Location) -> TokenStream {
        let name = self.wire("LocationTemplate");
        let path = self.path_of(location.target);
        let parameters = location.parameters.iter().map(|(parameter, pointer)| quote!((#parameter, #pointer)));
        let of_request = location.of_request.iter().map(|(parameter, there)| quote!((#parameter, #there)));
        quote!(#name { path: #path, parameters: &[#(#parameters),*], of_request: &[#(#of_request),*] })
    }

    fn path_of(&self, target: OperationId) -> &str {
        &self.context.api.operation(target).path.text
    }

    fn expand_paging(&self, paging: &Paging) -> TokenStream {
        let (name, style_name) = (self.wire("Paging"), self.wire("PagingStyle"));
        let style = match paging.style {
            PagingStyle::Number => quote!(Number),
            PagingStyle::Cursor => quote!(Cursor),
        };
        let Paging { parameter, next, items, .. } = paging;
        quote!(#name { style: #style_name::#style, parameter: #parameter, next: #next, items: #items })
    }
}
