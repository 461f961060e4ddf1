//! Stacklets: what they got with volumes, firewalls, snapshots and tasks. Those there are were switched on when they
//! were made, or never; there was no way to switch one on or off.

use methodical_server::BoxFuture;
use serde_json::{Value, json};

use super::{MigrationError, Write, for_each};

pub(super) fn migrate(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(for_each(unit, "stacklets", complete))
}

fn complete(record: &mut Value) {
    let Value::Object(members) = record else {
        return;
    };
    for (member, value) in [
        ("backup_ids", json!([])),
        ("firewall_uuid", Value::Null),
        ("private_networking", json!(false)),
        ("recovery_mode", json!(false)),
        ("snapshot_ids", json!([])),
        ("task", Value::Null),
        ("userdata_uuid", Value::Null),
        ("volume_uuids", json!([])),
        ("vpc_uuid", Value::Null),
    ] {
        members.entry(member).or_insert(value);
    }
    if members.get("status") == Some(&json!("inactive")) {
        members.insert("status".to_owned(), json!("off"));
    }
}

#[cfg(test)]
mod tests {
    use stacklets_server::types::Stacklet;

    use super::*;

    #[test]
    fn an_older_stacklet_can_be_read_and_is_written_as_a_new_one() {
        let mut record = json!({
            "backups": false, "created_at": "2026-01-01T00:00:00Z", "disk": 1, "id": 1, "image": "any", "locked": false,
            "memory": 1, "name": "web", "networks": { "v4": [], "v6": [] }, "region": "fra", "size": "b-1vcpu-1gb",
            "ssh_keys": [], "status": "inactive", "tags": [], "vcpu": 1,
        });
        // What the step before has added.
        record["project_uuid"] = json!("3b1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11");
        complete(&mut record);
        let stacklet: Stacklet = serde_json::from_value(record.clone()).unwrap();
        assert_eq!(serde_json::to_string(&stacklet).unwrap(), record.to_string());
        assert_eq!(record["status"], "off");
        let again = record.clone();
        complete(&mut record);
        assert_eq!(record, again);
    }
}
