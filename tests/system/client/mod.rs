//! The generated client against the real service, over TLS: typed outcomes, links, pages, conditions,
//! and what it says when it is refused.

mod lost;
mod pages;
mod scopes;
mod waiting;
mod walk;

use futures_util::TryStreamExt;
use stacklets_client::runtime::{
    BaseUrl, CallError, Created, Deleted, Fetched, Find, Head, IdempotencyKey, Put, RetryPolicy, Revalidation, Token,
    TransportErrorKind,
};
use stacklets_client::types::{
    CreateStackletsBody, SshKeyInput, Stacklet, StackletCreate, StackletInput, StackletResponse, StackletsCreate,
    StackletsCreatedResponse, TagCreate, TagInput, TagResponse,
};
use stacklets_client::{
    Client, CreateStackletsProblem, CreateTagProblem, DeleteTagProblem, ListStackletsQuery, ListTagsQuery,
    ProfileResponseLinks, PutStackletProblem, PutTagProblem, RegionResponseLinks, SshKeyResponseLinks,
    StackletListLinks, StackletResponseLinks, StackletsCreatedLinks, TagResponseLinks,
};

use crate::every_method::KEY;
use crate::harness::{Home, PREFIX, Service};

fn base(port: u16) -> BaseUrl {
    BaseUrl::https(&format!("https://localhost:{port}{PREFIX}")).expect("an https URL")
}

/// A client that trusts the service's certificate and no other.
fn client_at(service: &Service, port: u16, token: &str, policy: RetryPolicy) -> Client {
    let certificate = std::fs::read(service.home().certificate()).expect("a certificate");
    let builder = Client::builder(base(port)).credential("token", Token::new(token));
    let builder = builder.root_certificates_pem(certificate).only_own_roots().retry_policy(policy);
    Client::from_runtime(builder.build().expect("a client"))
}

fn client(service: &Service) -> Client {
    client_at(service, service.address.port(), &service.token, RetryPolicy::default())
}

fn described(description: &str) -> TagInput {
    TagInput { description: Some(Some(description.to_owned())), ..TagInput::default() }
}

const IMAGE: &str = "ubuntu-20-04-1-x64";
const SIZE: &str = "b-1vcpu-1gb";

fn stacklet_input(name: &str) -> StackletInput {
    StackletInput::new(name, SIZE, IMAGE, "fra")
}

fn stacklet_create(name: &str) -> StackletCreate {
    StackletCreate::new(name, SIZE, IMAGE, "fra")
}

fn stacklets_create(names: &[&str]) -> CreateStackletsBody {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    StackletsCreate::new(names, SIZE, IMAGE, "fra").into()
}

#[track_caller]
fn found<T>(outcome: Find<T>) -> T {
    match outcome {
        Find::Found { value, .. } => value,
        Find::NotFound(problem, _) => panic!("expected it to be there: {problem}"),
    }
}

#[track_caller]
fn one(value: StackletsCreatedResponse) -> StackletResponse {
    match value {
        StackletsCreatedResponse::StackletResponse(one) => one,
        StackletsCreatedResponse::StackletsCreated(several) => {
            panic!("expected one stacklet and not {several:?}")
        }
    }
}

#[track_caller]
fn many(value: StackletsCreatedResponse) -> Vec<Stacklet> {
    match value {
        StackletsCreatedResponse::StackletsCreated(several) => several.stacklets,
        StackletsCreatedResponse::StackletResponse(one) => {
            panic!("expected several stacklets and not {one:?}")
        }
    }
}

/// Source 8, 9, 11, 13, 16 as types: each outcome is what happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_from_absent_to_absent() {
    let service = Service::start();
    let client = client(&service);
    let Ok(Find::NotFound(problem, meta)) = client.get_tag("blue").await else { panic!("expected NotFound") };
    assert_eq!((problem.status, meta.status, meta.attempts), (404, 404, 1));
    assert!(problem.detail.is_some_and(|detail| detail.contains("blue")), "a message that names the tag");
    let Ok(Head::NotFound(meta)) = client.get_tag("blue").head().await else { panic!("expected NotFound") };
    assert!(meta.rate.is_some() && meta.request_id.is_some(), "access information in {meta:?}");

    let put = client.put_tag("blue", &described("first")).await.expect("a PUT that creates");
    let Put::Created { value: created, location, meta } = put else { panic!("expected Created and not {put:?}") };
    assert!(location.as_url().path().ends_with("/v1/tags/blue"), "{location}");
    assert_eq!(created.tag.description, Some(Some("first".to_owned())));
    let etag = meta.etag.expect("an entity tag");
    let Ok(Head::Found(head)) = client.get_tag("blue").head().await else { panic!("expected Found") };
    assert_eq!(head.etag.as_ref(), Some(&etag));
    assert_eq!(found(client.get_tag("blue").await.expect("a GET")), created);
    let Ok(Revalidation::NotModified(_)) = client.get_tag("blue").if_none_match(&etag).await else {
        panic!("expected NotModified")
    };

    let put = client.put_tag("blue", &TagInput::default()).await.expect("a PUT that replaces");
    let Put::Replaced { value: replaced, meta } = put else { panic!("expected Replaced and not {put:?}") };
    assert_eq!(replaced.tag.description.flatten(), None);
    assert_eq!(replaced.tag.created_at, created.tag.created_at);
    assert_ne!(meta.etag, Some(etag.clone()));
    let Ok(Revalidation::Found { .. }) = client.get_tag("blue").if_none_match(&etag).await else {
        panic!("expected Found")
    };

    assert!(matches!(client.delete_tag("blue").await, Ok(Deleted::Deleted(_))));
    let Ok(Deleted::NotFound(problem, _)) = client.delete_tag("blue").await else { panic!("expected NotFound") };
    assert!(problem.detail.is_some_and(|detail| !detail.is_empty()), "a message");
    assert!(matches!(client.get_tag("blue").if_none_match(&etag).await, Ok(Revalidation::NotFound(..))));
}

/// COND-IF-MATCH, COND-CREATE-ONLY.
// Shows: COND-IF-MATCH, COND-CREATE-ONLY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_are_declared_refusals() {
    let service = Service::start();
    let client = client(&service);
    let created = client.put_tag("blue", &described("one")).create_only().await.expect("a PUT that creates");
    let old = created.meta().etag.clone().expect("an entity tag");
    let again = client.put_tag("blue", &described("two")).create_only().await;
    assert!(matches!(again, Err(CallError::Declared(PutTagProblem::PreconditionFailed(_), _))), "{again:?}");
    let fresh = client.put_tag("blue", &described("two")).if_match(&old).await.expect("a PUT on what was seen");
    assert!(matches!(fresh, Put::Replaced { .. }), "{fresh:?}");
    let stale = client.put_tag("blue", &described("three")).if_match(&old).await;
    let Err(CallError::Declared(PutTagProblem::PreconditionFailed(problem), meta)) = stale else {
        panic!("expected PreconditionFailed and not {stale:?}")
    };
    assert_eq!((problem.status, meta.status), (412, 412));
    let stale = client.delete_tag("blue").if_match(&old).await;
    assert!(matches!(stale, Err(CallError::Declared(DeleteTagProblem::PreconditionFailed(_), _))), "{stale:?}");
    let tag = found(client.get_tag("blue").await.expect("a GET"));
    assert_eq!(tag.tag.description, Some(Some("two".to_owned())));
}

/// Source 6: what a response returns forms the next request. GET-LINKS-RESOLVE.
// Shows: GET-LINKS-RESOLVE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_on() {
    let service = Service::start();
    let client = client(&service);
    let tag: TagResponse = client.put_tag("blue", &TagInput::default()).await.expect("a PUT").into_value();
    let input = StackletInput { tags: Some(vec!["blue".to_owned()]), ..stacklet_input("web") };
    let stacklet = client.put_stacklet(1_000_000_024, &input).await.expect("a PUT").into_value();

    assert_eq!(found(stacklet.get_stacklet(&client).await.expect("a link")), stacklet);
    let region = found(stacklet.get_region(&client).await.expect("a link"));
    assert_eq!(region.region.slug, stacklet.stacklet.region);
    assert_eq!(found(stacklet.get_size(&client).await.expect("a link")).size.slug, stacklet.stacklet.size);
    for list in [tag.list_tagged_stacklets(&client), region.list_stacklets_in_region(&client)] {
        let Fetched { value, .. } = list.await.expect("a link");
        assert_eq!(value.stacklets, std::slice::from_ref(&stacklet.stacklet));
        assert!(value.next_page(&client, &ListStackletsQuery::default()).is_none(), "no page after the last");
    }
    let Fetched { value: profile, .. } = client.get_profile().await.expect("a GET");
    assert_eq!(profile.list_stacklets(&client).await.expect("a link").value.stacklets.len(), 1);
    let created = client.create_stacklets(&stacklets_create(&["one", "two"])).await.expect("a POST").value;
    let StackletsCreatedResponse::StackletsCreated(several) = created else { panic!("expected several") };
    let first = several.get_first_stacklet(&client).expect("there is a first");
    assert_eq!(found(first.await.expect("a link")).stacklet, several.stacklets[0]);

    let put = stacklet.put_stacklet(&client, &stacklet_input("web-2")).await.expect("a link");
    assert!(matches!(put, Put::Replaced { .. }), "{put:?}");
    assert!(matches!(stacklet.delete_stacklet(&client).await, Ok(Deleted::Deleted(_))));

    assert_eq!(found(tag.get_tag(&client).await.expect("a link")), tag);
    assert!(matches!(tag.put_tag(&client, &described("new")).await, Ok(Put::Replaced { .. })));
    assert!(matches!(tag.delete_tag(&client).await, Ok(Deleted::Deleted(_))));

    let body = SshKeyInput::new("ada", KEY);
    let ssh_key = client.create_ssh_key(&body).await.expect("a POST").value;
    assert_eq!(found(ssh_key.get_ssh_key(&client).await.expect("a link")), ssh_key);
    assert!(matches!(ssh_key.put_ssh_key(&client, &body).await, Ok(Put::Replaced { .. })));
    assert!(matches!(ssh_key.delete_ssh_key(&client).await, Ok(Deleted::Deleted(_))));
}

/// LIST-PAGE-COMPLETE: as pages, as items, by links.
// Shows: LIST-PAGE-COMPLETE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_walked_to_the_end() {
    let service = Service::start();
    let client = client(&service);
    let names: Vec<String> = (0..7).map(|number| format!("tag-{number}")).collect();
    for name in &names {
        client.put_tag(name, &TagInput::default()).await.expect("a PUT").into_value();
    }
    let by_two = ListTagsQuery { per_page: Some(2), ..ListTagsQuery::default() };
    let items: Vec<_> = client.list_tags(by_two.clone()).items().try_collect().await.expect("all items");
    assert_eq!(items.iter().map(|tag| &tag.name).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
    let mut pages = client.list_tags(by_two).pages();
    let mut lengths = Vec::new();
    while let Some(page) = pages.next().await {
        lengths.push(page.expect("a page").value.tags.len());
    }
    assert_eq!(lengths, [2, 2, 2, 1]);

    let all: Vec<&str> = vec!["web"; 5];
    client.create_stacklets(&stacklets_create(&all)).await.expect("a POST");
    let in_region = ListStackletsQuery { region: Some("fra".to_owned()), per_page: Some(2), ..Default::default() };
    let items: Vec<_> = client.list_stacklets(in_region.clone()).items().try_collect().await.expect("all items");
    assert_eq!(items.len(), 5);
    let Fetched { value: first, .. } = client.list_stacklets(in_region).await.expect("a page");
    for (region, expected) in [("fra", 2), ("lon", 0)] {
        let query = ListStackletsQuery { region: Some(region.to_owned()), ..Default::default() };
        let next = first.next_page(&client, &query).expect("a page after the first");
        let Fetched { value, .. } = next.await.expect("a link");
        assert_eq!(value.stacklets.len(), expected, "the link takes the filter {region} along");
    }
    let nothing = ListStackletsQuery { tag_name: Some("tag-0".to_owned()), ..Default::default() };
    let items: Vec<_> = client.list_stacklets(nothing).items().try_collect().await.expect("all items");
    assert!(items.is_empty(), "{items:?}");

    let regions: Vec<_> = client.list_regions(Default::default()).items().try_collect().await.expect("all items");
    let sizes: Vec<_> = client.list_sizes(Default::default()).items().try_collect().await.expect("all items");
    assert!(!regions.is_empty() && !sizes.is_empty(), "the catalogues");
    for region in regions {
        assert_eq!(found(client.get_region(&region.slug).await.expect("a GET")).region, region);
    }
    for size in sizes {
        assert_eq!(found(client.get_size(&size.slug).await.expect("a GET")).size, size);
    }
}

/// Source 14; POST-CREATED, POST-MANY-ATOMIC, IDEM-REPLAY.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, POST-MANY-ATOMIC, POST-MANY-ORDER, IDEM-REPLAY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stacklet_or_several_by_post() {
    let service = Service::start();
    let client = client(&service);
    let body = stacklet_create("web").into();
    let Created { value, location, meta } = client.create_stacklets(&body).await.expect("a POST");
    let created = one(value);
    assert!(location.as_url().path().ends_with(&format!("/stacklets/{}", created.stacklet.id)), "{location}");
    assert!(meta.etag.is_some(), "an entity tag of one");
    assert_eq!(found(client.get_stacklet(created.stacklet.id).await.expect("a GET")), created);

    let key = IdempotencyKey::random();
    let names = ["a", "b", "c"];
    let post = || client.create_stacklets(&stacklets_create(&names)).idempotency_key(&key).retries(3);
    let first = post().await.expect("a POST");
    let replay = post().await.expect("a replay");
    assert_eq!((&first.value, &first.location), (&replay.value, &replay.location));
    let made = many(first.value);
    assert_eq!(made.iter().map(|stacklet| stacklet.name.as_str()).collect::<Vec<_>>(), names);
    assert!(first.location.as_url().path().ends_with(&format!("/stacklets/{}", made[0].id)), "{}", first.location);

    let refused = client.create_stacklets(&stacklets_create(&["a", "b", "c", "d d", "e"])).await;
    let Err(CallError::Declared(CreateStackletsProblem::UnprocessableContent(problem), _)) = refused else {
        panic!("expected UnprocessableContent and not {refused:?}")
    };
    let pointers: Vec<_> = problem.errors.iter().filter_map(|error| error.pointer.as_deref()).collect();
    assert_eq!(pointers, ["/names/3"]);
    let list = client.list_stacklets(ListStackletsQuery::default()).await.expect("a GET").value;
    assert_eq!(list.meta.pagination.total, 4);
}

/// What is refused is an error of the operation's own type, and has the places.
// Shows: ERROR-PROBLEM, META-ACCESS-INFO
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_typed() {
    let service = Service::start();
    let client = client(&service);
    client.put_tag("blue", &TagInput::default()).await.expect("a PUT").into_value();
    let blue = TagCreate::new("blue");
    let taken = client.create_tag(&blue).await;
    assert!(matches!(taken, Err(CallError::Declared(CreateTagProblem::Conflict(_), _))), "{taken:?}");
    let nowhere = StackletInput { region: "nowhere".to_owned(), ..stacklet_input("web") };
    let refused = client.put_stacklet(1_000_000_024, &nowhere).await;
    let Err(CallError::Declared(PutStackletProblem::UnprocessableContent(problem), meta)) = refused else {
        panic!("expected UnprocessableContent and not {refused:?}")
    };
    assert_eq!(problem.type_, "https://api.stacklets.example/problems/reference-missing");
    assert_eq!(problem.errors[0].pointer.as_deref(), Some("/region"));
    assert!(meta.rate.is_some() && meta.request_id.is_some(), "access information on errors too: {meta:?}");
    let reserved = client.put_stacklet(5, &stacklet_input("web")).await;
    let Err(CallError::Declared(PutStackletProblem::UnprocessableContent(problem), _)) = reserved else {
        panic!("expected UnprocessableContent and not {reserved:?}")
    };
    assert_eq!(problem.type_, "https://api.stacklets.example/problems/identifier-reserved");
    let unreadable = client.put_tag("not a name", &TagInput::default()).await;
    assert!(matches!(unreadable, Err(CallError::Declared(PutTagProblem::BadRequest(_), _))), "{unreadable:?}");
}

/// AUTH-ENFORCED, RATE-429-RETRY-AFTER, HTTPS-ONLY, and secrets that stay secret.
// Shows: AUTH-ENFORCED, AUTH-CHALLENGE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn access_is_refused_by_type() {
    let service = Home::new().start(&["--rate-limit", "3"]);
    let port = service.address.port();
    let stranger = client_at(&service, port, &"0".repeat(40), RetryPolicy::default());
    let refused = stranger.put_tag("blue", &TagInput::default()).await;
    let Err(CallError::Unauthorized { challenge, problem, .. }) = refused else {
        panic!("expected Unauthorized and not {refused:?}")
    };
    assert_eq!(challenge.scheme(), Some("Token"));
    assert!(problem.is_some(), "a problem document");

    let client = client(&service);
    for left in (0..3).rev() {
        let meta = client.get_profile().head().await.expect("a HEAD").meta().clone();
        assert_eq!(meta.rate.map(|rate| rate.remaining), Some(left), "{meta:?}");
    }
    let limited = client.get_profile().retries(0).await;
    let Err(CallError::RateLimited { after: Some(after), .. }) = limited else {
        panic!("expected RateLimited and not {limited:?}")
    };
    assert!((1..=60).contains(&after.as_secs()), "{after:?}");

    let text = format!("{client:?}");
    assert!(!text.contains(&service.token), "a token in {text}");
    assert!(BaseUrl::https(&format!("http://localhost:{port}/v1")).is_err(), "https only");
    let trusting_nobody_here = Client::builder(base(port)).credential("token", Token::new(&*service.token)).build();
    if let Ok(client) = trusting_nobody_here.map(Client::from_runtime) {
        let refused = client.get_profile().retries(0).await;
        let Err(CallError::Transport(error)) = refused else { panic!("expected Transport and not {refused:?}") };
        assert_eq!(error.kind(), TransportErrorKind::Tls);
    }
}
