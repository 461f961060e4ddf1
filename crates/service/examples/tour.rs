//! A tour of the generated client: a small web shop is set up, looked at, and taken down again.
//!
//! Start the service in one terminal (`cargo run -p stacklets-service`), and this in another, in the same folder:
//! `cargo run -p stacklets-service --example tour`. A system test takes the same walk.

use std::error::Error;
use std::time::Duration;

use stacklets_client::prelude::*;
use stacklets_client::runtime::wire::{Etag, Uuid};
use stacklets_client::runtime::{
    BaseUrl, CallError, Deleted, Find, Head, IdempotencyKey, Put, Token, Wait, WaitError, WaitPolicy,
};
use stacklets_client::types::{
    DomainCreate, FirewallInput, FloatingIpForStacklet, NewVolume, ProjectCreate, RecordInput, RecordType, Rule,
    RuleProtocol, SnapshotStacklet, StackletCreate, StackletInput, StackletResponse, StackletsCreatedResponse,
    TagInput, TaskResponse,
};
use stacklets_client::{Client, GetTask, ListStackletsQuery, PutStackletProblem};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let token = std::fs::read_to_string("stacklets-data/dev-token")?;
    let runtime = Client::builder(BaseUrl::https("https://localhost:8443/v1")?)
        .credential("token", Token::new(token.trim()))
        .root_certificates_pem(std::fs::read("stacklets-data/dev-cert.pem")?)
        .build()?;
    walk(&Client::from_runtime(runtime)).await
}

/// The whole of it. It leaves nothing behind.
pub(crate) async fn walk(client: &Client) -> Outcome<()> {
    let project = client.create_project(&ProjectCreate::new("Web shop", "#0061FF")).await?.value.project.uuid;
    tag(client, project).await?;
    let firewall = protect(client, project).await?;
    let shop = launch(client, project, firewall).await?;
    let address = lead_there(client, project, &shop).await?;
    let snapshot = take_snapshot(client, &shop).await?;
    list(client).await?;
    look_around(client, &shop).await?;
    rename(client, &shop).await?;
    take_down(client, &shop, snapshot, &address).await?;
    tell("firewall", &client.delete_firewall(firewall).await?);
    tell("tag", &client.delete_tag("shop").await?);
    tell("project", &client.delete_project(project).await?);
    Ok(())
}

/// A PUT creates what is absent and replaces what is there, and its outcome says which it was. It may be repeated, so it
/// may be asked to be, where an answer gets lost.
async fn tag(client: &Client, project: Uuid) -> Outcome<()> {
    for description in ["front ends", "front ends of the shop"] {
        // `Some(None)` would send null, and `None` leaves the member out.
        let tag = TagInput { description: Some(Some(description.to_owned())), project_uuid: Some(Some(project)) };
        match client.put_tag("shop", &tag).retries(3).await? {
            Put::Created { location, .. } => println!("created {location}"),
            Put::Replaced { meta, .. } => {
                println!("replaced; requests left: {}", meta.rate.map_or(0, |rate| rate.remaining));
            }
            Put::Stored { .. } => println!("stored, by this attempt or by one that got lost"),
        }
    }
    Ok(())
}

/// What has to be there are the arguments of `new`; what may be is added by name.
async fn protect(client: &Client, project: Uuid) -> Outcome<Uuid> {
    let https = Rule { port: Some(Some(443)), protocol: Some(Some(RuleProtocol::Tcp)), ..Rule::new("0.0.0.0/0") };
    let anywhere = Rule::new("0.0.0.0/0");
    let wanted =
        FirewallInput { project_uuid: Some(Some(project)), ..FirewallInput::new("web", vec![https], vec![anywhere]) };
    Ok(client.create_firewall(&wanted).await?.value.firewall.uuid)
}

/// A POST creates one more each time, so it is not repeated: `retries` does not compile here, unless a key tells the
/// service which requests are one and the same. What is created is not ready yet; a link leads to the task that makes it so.
async fn launch(client: &Client, project: Uuid, firewall: Uuid) -> Outcome<StackletResponse> {
    let wanted = StackletCreate {
        tags: Some(vec!["shop".to_owned()]),
        volume: Some(NewVolume { name: "orders".to_owned(), size_gigabytes: 10 }.into()),
        firewall_uuid: Some(Some(firewall)),
        project_uuid: Some(Some(project)),
        ..StackletCreate::new("shop-1", "b-1vcpu-1gb", "ubuntu-20-04-1-x64", "fra")
    };
    let key = IdempotencyKey::random();
    let create = client.create_stacklets(&wanted.into()).idempotency_key(&key).retries(3);
    let created = create.timeout(Duration::from_secs(20)).await?;
    println!("creating {}", created.location);
    let StackletsCreatedResponse::StackletResponse(shop) = created.value else {
        return Err("one was asked for, and several were created".into());
    };
    finish(shop.wait_task(client)).await?;
    let Find::Found { value: shop, .. } = shop.get_stacklet(client).await? else {
        return Err("somebody else has deleted it".into());
    };
    println!("{} is {}", shop.stacklet.name, shop.stacklet.status.as_str());
    Ok(shop)
}

/// Waits for the end of a task, if there is one: first asks after a tenth of a second, then ever less often.
async fn finish(task: Option<Wait<GetTask>>) -> Outcome<()> {
    let Some(task) = task else { return Ok(()) };
    let policy = WaitPolicy { first: Duration::from_millis(100), ..WaitPolicy::default() };
    match task.policy(policy).give_up_after(Duration::from_mins(2)).await {
        Ok(TaskResponse { task }) => println!("{}", task.description.completed),
        Err(WaitError::Failed(ended)) => {
            let why = ended.task.error.unwrap_or_default();
            return Err(format!("{} ended as {}: {why}", ended.task.name, ended.task.status.as_str()).into());
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}

/// A domain with a record, and an address that stays when the stacklet goes.
async fn lead_there(client: &Client, project: Uuid, shop: &StackletResponse) -> Outcome<String> {
    let reserved =
        FloatingIpForStacklet { project_uuid: Some(Some(project)), ..FloatingIpForStacklet::new(shop.stacklet.id) };
    let reserved = client.create_floating_ip(&reserved.into()).await?.value;
    finish(reserved.wait_task(client)).await?;
    let address = reserved.floating_ip.address;

    let domain = DomainCreate { project_uuid: Some(Some(project)), ..DomainCreate::new("shop.example") };
    let domain = client.create_domain(&domain).await?.value;
    let www = RecordInput { name: Some("www".to_owned()), ..RecordInput::new(RecordType::A, &*address) };
    let record = domain.create_record(client, &www).await?.value.record;
    println!("www.{} leads to {}", domain.domain.name, record.data);
    Ok(address)
}

/// An action answers at once, and its task goes on.
async fn take_snapshot(client: &Client, shop: &StackletResponse) -> Outcome<u64> {
    let action = SnapshotStacklet { name: "before the sale".to_owned() };
    let begun = client.run_stacklet_action(shop.stacklet.id, &action.into()).await?;
    println!("following {}", begun.monitor);
    finish(begun.value.wait_task(client)).await?;
    let snapshots = shop.list_stacklet_snapshots(client).items().all().await?;
    let snapshot = snapshots.first().ok_or("there is no snapshot")?;
    Ok(snapshot.id)
}

/// A list comes page by page; `items()` instead of `pages()` gives the items of all pages.
async fn list(client: &Client) -> Outcome<()> {
    let tagged = ListStackletsQuery { tag_name: Some("shop".to_owned()), per_page: Some(50), ..Default::default() };
    let mut pages = client.list_stacklets(tagged).pages();
    while let Some(page) = pages.next().await {
        for stacklet in page?.value.stacklets {
            println!("tagged: {}", stacklet.name);
        }
    }
    Ok(())
}

/// What one answer holds forms the next request.
async fn look_around(client: &Client, shop: &StackletResponse) -> Outcome<()> {
    if let Find::Found { value, .. } = shop.get_region(client).await? {
        println!("in {}", value.region.name);
    }
    for volume in shop.list_volumes_of_stacklet(client).items().all().await? {
        println!("with {}, {} GB", volume.name, volume.size_gigabytes);
    }
    // HEAD tells what GET would, without the body.
    match client.get_stacklet(shop.stacklet.id).head().await? {
        Head::Found(meta) => println!("it is there as {}", meta.etag.map_or_else(String::new, |etag| etag.to_string())),
        Head::NotFound(_) => println!("it is not there"),
    }
    Ok(())
}

/// Replaces what was read, and nothing newer: with a stale entity tag the service refuses, and says so.
async fn rename(client: &Client, shop: &StackletResponse) -> Outcome<()> {
    let mut seen = etag(client, shop.stacklet.id).await?;
    let theirs = StackletInput { name: "shop-2".to_owned(), ..as_it_is(shop) };
    let stored = client.put_stacklet(shop.stacklet.id, &theirs).await?.into_value();
    println!("somebody calls it {}", stored.stacklet.name);
    let wanted = StackletInput { name: "shop-3".to_owned(), ..as_it_is(shop) };
    loop {
        match client.put_stacklet(shop.stacklet.id, &wanted).if_match(&seen).await {
            Ok(put) => {
                println!("it is {} now", put.into_value().stacklet.name);
                return Ok(());
            }
            Err(CallError::Declared(PutStackletProblem::PreconditionFailed(_), _)) => {
                println!("somebody was faster; looking again");
                seen = etag(client, shop.stacklet.id).await?;
            }
            Err(other) => return Err(other.into()),
        }
    }
}

async fn etag(client: &Client, id: u64) -> Outcome<Etag> {
    let head = client.get_stacklet(id).head().await?;
    head.meta().etag.clone().ok_or_else(|| "there is no entity tag".into())
}

/// A PUT replaces the whole, so what is to stay has to be said.
fn as_it_is(shop: &StackletResponse) -> StackletInput {
    let StackletResponse { stacklet } = shop.clone();
    StackletInput {
        firewall_uuid: stacklet.firewall_uuid,
        project_uuid: stacklet.project_uuid,
        tags: stacklet.tags,
        ..StackletInput::new(stacklet.name, stacklet.size, stacklet.image, stacklet.region)
    }
}

/// A DELETE says whether there was anything to delete.
async fn take_down(client: &Client, shop: &StackletResponse, snapshot: u64, address: &str) -> Outcome<()> {
    let volumes = shop.list_volumes_of_stacklet(client).items().all().await?;
    for _ in 0..2 {
        tell("stacklet", &shop.delete_stacklet(client).await?);
    }
    // They were the stacklet's, and outlive it.
    for volume in volumes {
        tell("volume", &client.delete_volume(volume.uuid).await?);
    }
    tell("snapshot", &client.delete_snapshot(snapshot).await?);
    tell("floating IP", &client.delete_floating_ip(address).await?);
    tell("domain", &client.delete_domain("shop.example").await?);
    Ok(())
}

fn tell(what: &str, deleted: &Deleted) {
    match deleted {
        Deleted::Deleted(_) => println!("{what}: deleted"),
        Deleted::NotFound(problem, _) => println!("{what}: {}", problem.detail.as_deref().unwrap_or("not there")),
        Deleted::Gone(_) => println!("{what}: gone, by this attempt or by one that got lost"),
    }
}
