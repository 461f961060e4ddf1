//! A tour of the generated client, against a service that was started with `stacklets` in the same folder:
//! `cargo run -p stacklets-service --example tour`.

use std::error::Error;

use stacklets_client::runtime::{BaseUrl, Deleted, IdempotencyKey, Put, Token};
use stacklets_client::types::{CreateStackletsBody, ImageReference, StackletCreate, StackletsCreatedResponse, TagInput};
use stacklets_client::{Client, ListTagsQuery, StackletResponseLinks};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = std::fs::read_to_string("stacklets-data/dev-token")?;
    let runtime = Client::builder(BaseUrl::https("https://localhost:8443/v1")?)
        .credential("token", Token::new(token.trim()))
        .root_certificates_pem(std::fs::read("stacklets-data/dev-cert.pem")?)
        .build()?;
    let client = Client::from_runtime(runtime);

    for description in ["front ends", "front ends of the shop"] {
        let tag = TagInput { description: Some(Some(description.to_owned())), project_uuid: None };
        match client.put_tag("web", &tag).retries(3).await? {
            Put::Created { location, .. } => println!("created {location}"),
            Put::Replaced { meta, .. } => println!("replaced; {:?}", meta.rate),
            Put::Stored { .. } => println!("stored, by this attempt or a lost one"),
        }
    }
    let tags = client.list_tags(ListTagsQuery::default()).await?;
    println!("tags: {:?}", tags.value.tags.iter().map(|tag| &tag.name).collect::<Vec<_>>());

    let wanted = StackletCreate {
        name: "shop-1".to_owned(),
        image: ImageReference::Slug("ubuntu-20-04-1-x64".to_owned()),
        region: "fra".to_owned(),
        size: "b-1vcpu-1gb".to_owned(),
        tags: Some(vec!["web".to_owned()]),
        backups: None,
        firewall_uuid: None,
        password: None,
        private_networking: None,
        project_uuid: None,
        ssh_keys: None,
        userdata_uuid: None,
        volume: None,
        vpc_uuid: None,
    };
    // Without the key this would not compile: a POST that is repeated may create twice.
    let key = IdempotencyKey::random();
    let body = CreateStackletsBody::StackletCreate(wanted);
    let created = client.create_stacklets(&body).idempotency_key(&key).retries(3).await?;
    println!("created {}", created.location);

    if let StackletsCreatedResponse::StackletResponse(shop) = created.value {
        let region = shop.get_region(&client).await?.into_value();
        println!("in {}", region.map_or("nowhere".to_owned(), |found| found.region.name));
        for _ in 0..2 {
            match shop.delete_stacklet(&client).await? {
                Deleted::Deleted(_) => println!("deleted"),
                Deleted::NotFound(problem, _) => println!("not found: {}", problem.detail.unwrap_or_default()),
                Deleted::Gone(_) => println!("gone, by this attempt or a lost one"),
            }
        }
    }
    Ok(())
}
