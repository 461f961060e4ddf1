//! What two records say of each other: a firewall and its stacklets, a stacklet and its volumes, backups and snapshots.
//!
//! Both sides are written in the unit of work that changes one of them, so a record is always what a GET shows and its
//! entity tag is true. The record that a request is about is its handler's to write; here only the others are.

use std::collections::BTreeSet;

use methodical_server::wire::Uuid;
use methodical_server::{Fault, Lookup as _, Record, WriteTx};
use stacklets_server::types::Stacklet;

use super::backups::BackupRecord;
use super::firewalls::FirewallRecord;
use super::owned_by;
use super::snapshots::SnapshotRecord;
use super::stacklets::StackletRecord;
use super::volumes::VolumeRecord;
use crate::store::Database;

/// Changes a record that is not the request's target, if it is there.
pub(super) async fn edit<R: Record>(
    tx: &mut WriteTx<Database>,
    key: methodical_server::Key,
    change: impl FnOnce(&mut R) + Send,
) -> Result<(), Fault> {
    if let Some(stored) = tx.get::<R>(&key).await? {
        let mut record = stored.into_record();
        change(&mut record);
        tx.put(&key, record).await?;
    }
    Ok(())
}

/// Changes a stacklet that is not the request's target, if it is there.
pub(super) async fn edit_stacklet(
    tx: &mut WriteTx<Database>,
    account: &str,
    id: u64,
    change: impl FnOnce(&mut Stacklet) + Send,
) -> Result<(), Fault> {
    edit::<StackletRecord>(tx, owned_by(account, id), |record| change(&mut record.0)).await
}

/// A firewall that had the stacklets `old` has `new` from now on: writes the stacklets, and takes the new ones from the
/// firewalls that they had. The firewall's own record is its handler's to write.
pub(super) async fn set_firewall_stacklets(
    tx: &mut WriteTx<Database>,
    account: &str,
    firewall: Uuid,
    old: &[u64],
    new: &[u64],
) -> Result<(), Fault> {
    let [old, new] = [old, new].map(|ids| ids.iter().copied().collect::<BTreeSet<u64>>());
    for &id in old.difference(&new) {
        edit_stacklet(tx, account, id, |stacklet| {
            if stacklet.firewall_uuid == Some(Some(firewall)) {
                stacklet.firewall_uuid = Some(None);
            }
        })
        .await?;
    }
    for &id in new.difference(&old) {
        let mut before = None;
        edit_stacklet(tx, account, id, |stacklet| {
            before = stacklet.firewall_uuid.replace(Some(firewall)).flatten();
        })
        .await?;
        if let Some(before) = before.filter(|before| *before != firewall) {
            leave_firewall(tx, account, before, id).await?;
        }
    }
    Ok(())
}

/// A stacklet that had the firewall `old` has `new` from now on: writes the firewalls.
pub(super) async fn move_between_firewalls(
    tx: &mut WriteTx<Database>,
    account: &str,
    stacklet: u64,
    old: Option<Uuid>,
    new: Option<Uuid>,
) -> Result<(), Fault> {
    if old == new {
        return Ok(());
    }
    if let Some(old) = old {
        leave_firewall(tx, account, old, stacklet).await?;
    }
    if let Some(new) = new {
        edit::<FirewallRecord>(tx, owned_by(account, new), |record| {
            record.0.stacklet_ids.get_or_insert_default().push(stacklet);
        })
        .await?;
    }
    Ok(())
}

async fn leave_firewall(tx: &mut WriteTx<Database>, account: &str, firewall: Uuid, stacklet: u64) -> Result<(), Fault> {
    edit::<FirewallRecord>(tx, owned_by(account, firewall), |record| {
        record.0.stacklet_ids.get_or_insert_default().retain(|id| *id != stacklet);
    })
    .await
}

/// A volume that was attached to `old` is attached to `new` from now on: writes the stacklets.
pub(super) async fn move_volume(
    tx: &mut WriteTx<Database>,
    account: &str,
    volume: Uuid,
    old: Option<u64>,
    new: Option<u64>,
) -> Result<(), Fault> {
    if old == new {
        return Ok(());
    }
    if let Some(old) = old {
        edit_stacklet(tx, account, old, |stacklet| stacklet.volume_uuids.retain(|uuid| *uuid != volume)).await?;
    }
    if let Some(new) = new {
        edit_stacklet(tx, account, new, |stacklet| stacklet.volume_uuids.push(volume)).await?;
    }
    Ok(())
}

/// Writes the volumes of a stacklet that has none any more.
pub(super) async fn detach_volumes(tx: &mut WriteTx<Database>, account: &str, volumes: &[Uuid]) -> Result<(), Fault> {
    for &uuid in volumes {
        edit::<VolumeRecord>(tx, owned_by(account, uuid), |record| record.0.stacklet_id = Some(None)).await?;
    }
    Ok(())
}

/// Writes the backups and snapshots of a stacklet that is gone.
pub(super) async fn orphan_images(tx: &mut WriteTx<Database>, account: &str, stacklet: &Stacklet) -> Result<(), Fault> {
    for &id in &stacklet.backup_ids {
        edit::<BackupRecord>(tx, owned_by(account, id), |record| record.0.stacklet_id = None).await?;
    }
    for &id in &stacklet.snapshot_ids {
        edit::<SnapshotRecord>(tx, owned_by(account, id), |record| record.0.stacklet_id = None).await?;
    }
    Ok(())
}
