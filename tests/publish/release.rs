//! From the first version to the next ones: what the tool says is done, and projects that know nothing but the registry are built.

use crate::scene::Scene;

/// Code that has nothing but the registry.
const CONSUMER: &str = "\
use shop_client::Client;
use shop_client::types::Good;
use shop_server::runtime::Service;
use shop_server::{Goods, Orders};

pub async fn prices(client: &Client) -> Result<Option<f64>, Box<dyn std::error::Error>> {
    let good = Good { price: Some(1.5), ..Good::new(\"pen\") };
    client.put_good(\"a\", &good).await?;
    Ok(good.price)
}

pub fn start<A: Goods + Orders>(api: A, store: A::Store) -> Service<A> {
    shop_server::service(api, store)
}
";

fn dependencies(client: &str, server: &str) -> String {
    format!(
        "shop-client = {{ version = \"{client}\", registry = \"local\" }}\n\
         shop-server = {{ version = \"{server}\", registry = \"local\" }}\n"
    )
}

#[test]
fn versions_follow_the_contract_and_nobody_is_surprised() {
    let shop = Scene::shop();
    let dry = shop.methodical(&["publish", "--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry:?}");
    let first = shop.methodical(&["publish", "--tag"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    insta::assert_snapshot!("the_first_version", format!("{}\n{}", shop.said(&dry), shop.said(&first)));
    let old = shop.check_consumer(&dependencies("0.1.0", "0.1.0"), CONSUMER);
    assert_eq!(old.code, Some(0), "{}", old.stderr);

    // An operation more: servers have to be written for it, and clients may use it.
    shop.edit(
        "openapi.yaml",
        "    put:\n      operationId: putGood",
        "    delete:\n      operationId: deleteGood\n      tags: [goods]\n      responses:\n        \"204\": { description: It is gone. }\n        \
         \"404\": { $ref: \"#/components/responses/Problem\" }\n    put:\n      operationId: putGood",
    );
    let told = shop.methodical(&["publish"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    insta::assert_snapshot!("what_a_new_contract_demands", shop.said(&told));
    let written = shop.methodical(&["review", "--write"]);
    assert_eq!(written.code, Some(0), "{written:?}");
    shop.settle();
    let second = shop.methodical(&["publish", "--tag"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    insta::assert_snapshot!("the_second_version", shop.said(&second));
    insta::assert_snapshot!("notes", shop.read("target/release-notes/shop-v1.1.0.md"));
    let now = shop.check_consumer(&dependencies("0.1.0", "0.1.0"), CONSUMER);
    assert_eq!(now.code, Some(0), "who asks for 0.1.0 gets a client 0.1.1: {}", now.stderr);
    assert!(shop.read("consumers/one/Cargo.lock").contains("name = \"shop-client\"\nversion = \"0.1.1\""));
    let more = "\npub async fn remove(client: &Client) {\n    let _ = client.delete_good(\"a\").await;\n}\n";
    let more = shop.check_consumer(&dependencies("0.1.1", "0.2.0"), &format!("{CONSUMER}{more}"));
    assert_eq!(more.code, Some(0), "{}", more.stderr);

    // A member less: nobody who wrote it down compiles any more.
    shop.edit("openapi.yaml", "        price: { type: number }\n", "");
    let written = shop.methodical(&["review", "--write"]);
    assert_eq!(written.code, Some(0), "{written:?}");
    shop.settle();
    let third = shop.methodical(&["publish", "--tag"]);
    assert_eq!(third.code, Some(0), "{third:?}");
    insta::assert_snapshot!("the_third_version", shop.said(&third));
    let old = shop.check_consumer(&dependencies("0.1.0", "0.1.0"), CONSUMER);
    assert_eq!(old.code, Some(0), "who asks for the old version is not touched: {}", old.stderr);
    let new = shop.check_consumer(&dependencies("0.2.0", "0.3.0"), CONSUMER);
    assert_eq!(new.code, Some(101), "{new:?}");
    assert!(
        new.stderr.contains("has no field named `price`") || new.stderr.contains("no field `price`"),
        "{}",
        new.stderr
    );
    let mended = CONSUMER.replace("price: Some(1.5), ..", "..").replace("Ok(good.price)", "Ok(None)");
    let mended = shop.check_consumer(&dependencies("0.2.0", "0.3.0"), &mended);
    assert_eq!(mended.code, Some(0), "{}", mended.stderr);
    assert_eq!(shop.git(&["tag", "--list"]).stdout, "shop-v1.0.0\nshop-v1.1.0\nshop-v1.2.0\n");
}

#[test]
fn a_file_is_as_good_a_baseline_as_a_tag() {
    let shop = Scene::shop();
    shop.write(
        "methodical.toml",
        &format!("{}[review.baseline]\nfile = \"released/{{api}}.json\"\n", shop.read("methodical.toml")),
    );
    shop.settle();
    let first = shop.methodical(&["publish", "--no-verify"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.stdout.contains("wrote released/shop.json, which the next review compares with: commit it"),
        "{first:?}"
    );
    shop.settle();
    assert_eq!(shop.methodical(&["review"]).stdout, "nothing has changed\n");
    shop.edit("openapi.yaml", "        price: { type: number }\n", "");
    let review = shop.methodical(&["review"]);
    assert!(review.stdout.contains("types 0.1.0 -> 0.2.0 (major)"), "{review:?}");
    assert_eq!(shop.methodical(&["review", "--write"]).code, Some(0));
    assert!(shop.read("methodical.toml").contains("version = \"0.2.0\""), "{}", shop.read("methodical.toml"));
    shop.settle();
    let second = shop.methodical(&["publish", "--dry-run", "--no-verify"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.contains("shop-client 0.2.0 would be published to local"), "{second:?}");
}
