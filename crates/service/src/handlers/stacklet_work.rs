//! What tasks do to stacklets.

use methodical_server::wire::Timestamp;
use methodical_server::{Fault, Lookup as _, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{
    Backup, ImageReference, RunStackletActionBody, Snapshot, Stacklet, StackletCommandName, StackletStatus, TaskRef,
};

use super::backups::BackupRecord;
use super::relations::edit_stacklet;
use super::snapshots::SnapshotRecord;
use super::stacklets::StackletRecord;
use super::{image, owned_by};
use crate::store::Database;
use crate::tasks::Undone;
use crate::{catalogue, numbers};

/// What a task does to a stacklet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StackletWork {
    Create,
    DisableBackups,
    DisableRecovery,
    EnableBackups,
    EnableRecovery,
    PowerCycle,
    PowerOff,
    PowerOn,
    Reboot,
    Rebuild {
        image: ImageReference,
    },
    Rename {
        name: String,
    },
    /// The password is not among what is kept.
    ResetPassword,
    Resize {
        size: String,
        disk: bool,
    },
    Restore {
        image_id: u64,
    },
    Shutdown,
    Snapshot {
        name: String,
    },
}

impl StackletWork {
    /// The work that a request asks for; none for an action that the contract does not know, which
    /// does not come this far.
    pub(super) fn asked(body: RunStackletActionBody) -> Option<StackletWork> {
        Some(match body {
            RunStackletActionBody::Snapshot(action) => StackletWork::Snapshot { name: action.name },
            RunStackletActionBody::Restore(action) => StackletWork::Restore { image_id: action.image_id },
            RunStackletActionBody::Resize(action) => {
                StackletWork::Resize { size: action.size, disk: action.disk.unwrap_or(false) }
            }
            RunStackletActionBody::Rename(action) => StackletWork::Rename { name: action.name },
            RunStackletActionBody::Rebuild(action) => StackletWork::Rebuild { image: action.image },
            RunStackletActionBody::ResetPassword(_) => StackletWork::ResetPassword,
            RunStackletActionBody::StackletCommand(command) => match command.action {
                StackletCommandName::PowerOn => StackletWork::PowerOn,
                StackletCommandName::PowerOff => StackletWork::PowerOff,
                StackletCommandName::PowerCycle => StackletWork::PowerCycle,
                StackletCommandName::Reboot => StackletWork::Reboot,
                StackletCommandName::Shutdown => StackletWork::Shutdown,
                StackletCommandName::EnableBackups => StackletWork::EnableBackups,
                StackletCommandName::DisableBackups => StackletWork::DisableBackups,
                StackletCommandName::EnableRecovery => StackletWork::EnableRecovery,
                StackletCommandName::DisableRecovery => StackletWork::DisableRecovery,
                StackletCommandName::Unknown(_) => return None,
            },
        })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            StackletWork::Create => "create",
            StackletWork::DisableBackups => "disable_backups",
            StackletWork::DisableRecovery => "disable_recovery",
            StackletWork::EnableBackups => "enable_backups",
            StackletWork::EnableRecovery => "enable_recovery",
            StackletWork::PowerCycle => "power_cycle",
            StackletWork::PowerOff => "power_off",
            StackletWork::PowerOn => "power_on",
            StackletWork::Reboot => "reboot",
            StackletWork::Rebuild { .. } => "rebuild",
            StackletWork::Rename { .. } => "rename",
            StackletWork::ResetPassword => "reset_password",
            StackletWork::Resize { .. } => "resize",
            StackletWork::Restore { .. } => "restore",
            StackletWork::Shutdown => "shutdown",
            StackletWork::Snapshot { .. } => "snapshot",
        }
    }

    /// What is being done, and what was done.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            StackletWork::Create => ["The stacklet is being created.", "The stacklet was created."],
            StackletWork::DisableBackups => ["Backups are being switched off.", "Backups were switched off."],
            StackletWork::DisableRecovery => {
                ["Recovery mode is being switched off.", "Recovery mode was switched off."]
            }
            StackletWork::EnableBackups => ["Backups are being switched on.", "Backups were switched on."],
            StackletWork::EnableRecovery => ["Recovery mode is being switched on.", "Recovery mode was switched on."],
            StackletWork::PowerCycle => {
                ["The stacklet is being switched off and on.", "The stacklet was switched off and on."]
            }
            StackletWork::PowerOff => ["The stacklet is being switched off.", "The stacklet was switched off."],
            StackletWork::PowerOn => ["The stacklet is being switched on.", "The stacklet was switched on."],
            StackletWork::Reboot => ["The stacklet is being rebooted.", "The stacklet was rebooted."],
            StackletWork::Rebuild { .. } => ["The disk is being made anew.", "The disk was made anew."],
            StackletWork::Rename { .. } => ["The stacklet is being renamed.", "The stacklet was renamed."],
            StackletWork::ResetPassword => ["The password is being set.", "The password was set."],
            StackletWork::Resize { .. } => ["The stacklet is being resized.", "The stacklet was resized."],
            StackletWork::Restore { .. } => ["The disk is being restored.", "The disk was restored."],
            StackletWork::Shutdown => ["The stacklet is being shut down.", "The stacklet was shut down."],
            StackletWork::Snapshot { .. } => ["The snapshot is being taken.", "The snapshot was taken."],
        }
    }

    /// Whether a PUT makes it void, because it would write over what the PUT has written.
    pub(super) fn is_void_after_put(&self) -> bool {
        match self {
            StackletWork::DisableBackups
            | StackletWork::EnableBackups
            | StackletWork::Rebuild { .. }
            | StackletWork::Rename { .. }
            | StackletWork::Resize { .. } => true,
            StackletWork::Create
            | StackletWork::DisableRecovery
            | StackletWork::EnableRecovery
            | StackletWork::PowerCycle
            | StackletWork::PowerOff
            | StackletWork::PowerOn
            | StackletWork::Reboot
            | StackletWork::ResetPassword
            | StackletWork::Restore { .. }
            | StackletWork::Shutdown
            | StackletWork::Snapshot { .. } => false,
        }
    }

    /// Brings the effect about.
    pub(crate) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Undone> {
        let key = owned_by(account, id);
        let Some(stored) = tx.get::<StackletRecord>(&key).await? else {
            return Err(Undone::Failed("The stacklet is not there any more.".to_owned()));
        };
        let mut stacklet = stored.into_record().0;
        match self {
            StackletWork::Create => {
                stacklet.status = StackletStatus::Active;
                if stacklet.backups == Some(true) {
                    back_up(tx, account, &mut stacklet).await?;
                }
            }
            StackletWork::EnableBackups => {
                stacklet.backups = Some(true);
                back_up(tx, account, &mut stacklet).await?;
            }
            StackletWork::Snapshot { name } => take_snapshot(tx, account, &mut stacklet, name.clone()).await?,
            StackletWork::Restore { image_id } => still_there(tx, account, *image_id).await?,
            StackletWork::Rebuild { image } => {
                if let ImageReference::Number(id) = image {
                    still_there(tx, account, *id).await?;
                }
                stacklet.image = image.clone();
            }
            StackletWork::Resize { size, disk } => resize(&mut stacklet, size, *disk)?,
            StackletWork::Rename { name } => stacklet.name.clone_from(name),
            StackletWork::DisableBackups => stacklet.backups = Some(false),
            StackletWork::DisableRecovery => stacklet.recovery_mode = false,
            StackletWork::EnableRecovery => stacklet.recovery_mode = true,
            StackletWork::PowerCycle | StackletWork::PowerOn | StackletWork::Reboot => {
                stacklet.status = StackletStatus::Active;
            }
            StackletWork::PowerOff | StackletWork::Shutdown => stacklet.status = StackletStatus::Off,
            StackletWork::ResetPassword => {}
        }
        tx.put(&key, StackletRecord(stacklet)).await?;
        Ok(())
    }
}

/// The stacklet shows the task at work on it, and none other can begin.
pub(super) fn show_task(stacklet: &mut Stacklet, task: Option<TaskRef>) {
    stacklet.locked = task.is_some();
    stacklet.task = task;
}

/// Lets go of the stacklet.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Fault> {
    edit_stacklet(tx, account, id, |stacklet| show_task(stacklet, None)).await
}

async fn still_there(tx: &WriteTx<Database>, account: &str, id: u64) -> Result<(), Undone> {
    match image::is_there(tx, account, id).await? {
        true => Ok(()),
        false => Err(Undone::Failed(format!("The snapshot or backup {id} is not there any more."))),
    }
}

fn resize(stacklet: &mut Stacklet, slug: &str, disk: bool) -> Result<(), Undone> {
    let Some(size) = catalogue::find_size(slug) else {
        return Err(Undone::Failed(format!("The size `{slug}` is not there any more.")));
    };
    stacklet.memory = size.memory;
    stacklet.vcpu = size.vcpu;
    stacklet.size = size.slug;
    if disk {
        stacklet.disk = stacklet.disk.max(size.disk);
    }
    Ok(())
}

async fn take_snapshot(
    tx: &mut WriteTx<Database>,
    account: &str,
    stacklet: &mut Stacklet,
    name: String,
) -> Result<(), Fault> {
    let id = numbers::next(tx, image::SEQUENCE).await?;
    let size = image::measure(stacklet);
    let snapshot = Snapshot {
        created_at: now(),
        disk_size: stacklet.disk,
        id,
        name,
        regions: vec![stacklet.region.clone()],
        size,
        size_gigabytes: image::gigabytes(size),
        stacklet_id: Some(stacklet.id),
        task: None,
    };
    tx.put(&owned_by(account, id), SnapshotRecord(snapshot)).await?;
    stacklet.snapshot_ids.push(id);
    Ok(())
}

async fn back_up(tx: &mut WriteTx<Database>, account: &str, stacklet: &mut Stacklet) -> Result<(), Fault> {
    let id = numbers::next(tx, image::SEQUENCE).await?;
    let size = image::measure(stacklet);
    let backup = Backup {
        created_at: now(),
        disk_size: stacklet.disk,
        id,
        regions: vec![stacklet.region.clone()],
        size,
        size_gigabytes: image::gigabytes(size),
        stacklet_id: Some(stacklet.id),
        task: None,
    };
    tx.put(&owned_by(account, id), BackupRecord(backup)).await?;
    stacklet.backup_ids.push(id);
    Ok(())
}

/// To the microsecond, like every time in the contract.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
