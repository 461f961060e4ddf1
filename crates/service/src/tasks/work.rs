//! What tasks do. Each kind of resource has its own kinds of work, next to its handlers; here they are one closed set.

use methodical_server::wire::Uuid;
use methodical_server::{Fault, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{TaskDescription, TaskResource, TaskResourceType};

use crate::handlers::backups::BackupWork;
use crate::handlers::floating_ips::FloatingIpWork;
use crate::handlers::load_balancers::LoadBalancerWork;
use crate::handlers::snapshots::SnapshotWork;
use crate::handlers::stacklet_work::StackletWork;
use crate::handlers::volumes::VolumeWork;
use crate::handlers::{backups, floating_ips, load_balancers, snapshots, stacklet_work, volumes};
use crate::store::Database;

/// What a task does, and to what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    Backup { id: u64, work: BackupWork },
    FloatingIp { address: String, work: FloatingIpWork },
    LoadBalancer { uuid: Uuid, work: LoadBalancerWork },
    Snapshot { id: u64, work: SnapshotWork },
    Stacklet { id: u64, work: StackletWork },
    Volume { uuid: Uuid, work: VolumeWork },
}

/// Why the effect of some work did not come to be.
#[derive(Debug)]
pub(crate) enum Undone {
    /// It cannot: the task ends as `errored` for this reason. It is said before anything is written.
    Failed(String),
    /// Something else failed, so it may be tried again.
    Fault(Fault),
}

impl From<Fault> for Undone {
    fn from(fault: Fault) -> Undone {
        Undone::Fault(fault)
    }
}

impl Work {
    /// What the task is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Work::Backup { work, .. } => work.name(),
            Work::FloatingIp { work, .. } => work.name(),
            Work::LoadBalancer { work, .. } => work.name(),
            Work::Snapshot { work, .. } => work.name(),
            Work::Stacklet { work, .. } => work.name(),
            Work::Volume { work, .. } => work.name(),
        }
    }

    pub(super) fn description(&self) -> TaskDescription {
        let [progress, completed] = match self {
            Work::Backup { work, .. } => work.sentences(),
            Work::FloatingIp { work, .. } => work.sentences(),
            Work::LoadBalancer { work, .. } => work.sentences(),
            Work::Snapshot { work, .. } => work.sentences(),
            Work::Stacklet { work, .. } => work.sentences(),
            Work::Volume { work, .. } => work.sentences(),
        };
        TaskDescription { completed: completed.to_owned(), progress: progress.to_owned() }
    }

    pub(super) fn resource(&self) -> TaskResource {
        let (r#type, id) = match self {
            Work::Backup { id, .. } => (TaskResourceType::Backup, id.to_string()),
            Work::FloatingIp { address, .. } => (TaskResourceType::FloatingIp, address.clone()),
            Work::LoadBalancer { uuid, .. } => (TaskResourceType::LoadBalancer, uuid.to_string()),
            Work::Snapshot { id, .. } => (TaskResourceType::Snapshot, id.to_string()),
            Work::Stacklet { id, .. } => (TaskResourceType::Stacklet, id.to_string()),
            Work::Volume { uuid, .. } => (TaskResourceType::Volume, uuid.to_string()),
        };
        TaskResource { id, r#type }
    }

    /// Brings the effect about.
    pub(super) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str) -> Result<(), Undone> {
        match self {
            Work::Backup { id, work } => work.finish(tx, account, *id).await,
            Work::FloatingIp { address, work } => work.finish(tx, account, address).await,
            Work::LoadBalancer { uuid, work } => work.finish(tx, account, *uuid).await,
            Work::Snapshot { id, work } => work.finish(tx, account, *id).await,
            Work::Stacklet { id, work } => work.finish(tx, account, *id).await,
            Work::Volume { uuid, work } => work.finish(tx, account, *uuid).await,
        }
    }

    /// Lets go of the resource, if it is still there.
    pub(super) async fn release(&self, tx: &mut WriteTx<Database>, account: &str) -> Result<(), Fault> {
        match self {
            Work::Backup { id, .. } => backups::release(tx, account, *id).await,
            Work::FloatingIp { address, .. } => floating_ips::release(tx, account, address).await,
            Work::LoadBalancer { uuid, .. } => load_balancers::release(tx, account, *uuid).await,
            Work::Snapshot { id, .. } => snapshots::release(tx, account, *id).await,
            Work::Stacklet { id, .. } => stacklet_work::release(tx, account, *id).await,
            Work::Volume { uuid, .. } => volumes::release(tx, account, *uuid).await,
        }
    }
}
