//! Arguments: one body of each type that a request takes, as JSON, which either client reads into its own type.

use std::net::Ipv4Addr;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(super) const ADDRESS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);

const UUID: &str = "0b0e2b52-5a3c-4c8e-9c0b-6f0a2f0a1b2c";

/// A value of whatever type is expected, of its text on the wire.
pub(super) fn of<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(json!(text)).expect("a value of this type")
}

pub(super) fn uuid<T: DeserializeOwned>() -> T {
    of(UUID)
}

/// A body of whatever type is expected; `name` is what both clients call it.
pub(super) fn body<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(json_of(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json_of(name: &str) -> Value {
    match name {
        "StackletInput" | "CreateStackletsBody" => stacklet(name),
        "FirewallInput" | "RulesAdd" | "LoadBalancerInput" | "LoadBalancerRulesAdd" => network(name),
        "FirewallStackletsAdd" | "LoadBalancerStackletsAdd" => json!({ "stacklet_ids": [1, 2] }),
        "ConvertBackup" => json!({ "action": "convert" }),
        "RunFloatingIpActionBody" => json!({ "action": "assign", "stacklet_id": 7 }),
        "RunSnapshotActionBody" => json!({ "action": "transfer", "region": "fra" }),
        "RunStackletActionBody" => json!({ "action": "resize", "size": "b-2vcpu-4gb", "disk": true }),
        "RunVolumeActionBody" => json!({ "action": "attach", "stacklet_id": 7 }),
        "CreateFloatingIpBody" => json!({ "region": "fra", "project_uuid": UUID }),
        "AddTagResourcesBody" => json!({ "type": "stacklet", "id": 7 }),
        "TagCreate" => json!({ "name": "wéb", "description": "\"front\" ends", "stacklet_ids": [1] }),
        "TagCreated" => json!({ "description": "front ends" }),
        "TagInput" => json!({ "description": "", "project_uuid": UUID }),
        "CertificateCreate" => json!({ "name": "c", "certificate": "-----BEGIN\n", "private_key": "secret" }),
        "DomainCreate" => json!({ "name": "shop.example", "project_uuid": UUID }),
        "DomainInput" => json!({ "project_uuid": UUID }),
        "ProjectCreate" => {
            json!({ "name": "p", "color": "#aabbcc", "environment": "Staging", "is_default": false, "budget": "10.00" })
        }
        "ProjectInput" => json!({ "name": "p", "color": "#aabbcc", "description": "d" }),
        "RecordInput" => json!({ "type": "MX", "data": "mail.shop.example.", "priority": 10, "ttl": 300, "name": "@" }),
        "SshKeyInput" => json!({ "name": "k", "public_key": "ssh-ed25519 AAAA" }),
        "UserdataInput" => json!({ "name": "u", "userdata": "#cloud-config\n" }),
        "VolumeCreate" => json!({ "name": "v", "region": "fra", "size_gigabytes": 10, "stacklet_id": 7 }),
        "VolumeInput" => json!({ "name": "v", "size_gigabytes": 20 }),
        "VpcInput" => json!({ "name": "n", "region": "fra", "ip_range": "10.0.0.0/24" }),
        other => panic!("{other} has no example here"),
    }
}

fn stacklet(name: &str) -> Value {
    let mut value = json!({
        "image": 12345, "region": "fra", "size": "b-1vcpu-1gb", "backups": true, "project_uuid": UUID,
        "ssh_keys": [1, 2], "tags": ["web"], "vpc_uuid": UUID,
    });
    if name == "StackletInput" {
        value["name"] = json!("shop-1");
    } else {
        value["names"] = json!(["shop-1", "shop-2"]);
    }
    value
}

fn network(name: &str) -> Value {
    let rule = json!({ "address": "0.0.0.0/0", "port": 22, "protocol": "tcp" });
    let forward = json!({ "protocol": "https", "source_port": 443, "target_port": 80, "tls_passthrough": true });
    match name {
        "RulesAdd" => json!({ "inbound_rules": [rule] }),
        "FirewallInput" => {
            json!({ "name": "f", "inbound_rules": [rule], "outbound_rules": [{ "address": "::/0" }], "stacklet_ids": [1] })
        }
        "LoadBalancerRulesAdd" => json!({ "rules": [forward] }),
        _ => json!({
            "name": "l", "region": "fra", "algorithm": "round_robin", "rules": [forward],
            "health": { "protocol": "http", "port": 80, "path": "/", "rise": 2 },
            "sticky_sessions": { "name": "s", "ttl": 60 },
        }),
    }
}
