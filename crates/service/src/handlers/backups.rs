//! Backups: taken by tasks of stacklets whose `backups` is on.

use methodical_server::wire::Timestamp;
use methodical_server::{Accepted, Cx, Fault, Found, Lookup as _, ReadTx, Record, Refusal, Refused, Removed, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Backup, BackupList, BackupResponse, Snapshot};
use stacklets_server::{
    Backups, DeleteBackup, DeleteBackupRequest, GetBackup, GetBackupRequest, ListBackups, ListBackupsRequest,
    RunBackupAction, RunBackupActionRequest,
};

use super::relations::{edit, edit_stacklet};
use super::snapshots::SnapshotRecord;
use super::{all_owned, image, owned, owned_by};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::problems;
use crate::store::Database;
use crate::tasks::{self, Undone, Work};

/// A backup in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct BackupRecord(pub(super) Backup);

impl Record for BackupRecord {
    const TABLE: &'static str = "backups";
}

impl Listed for BackupRecord {
    /// It has none, and its list takes no `query`.
    fn name(&self) -> &str {
        ""
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl BackupRecord {
    fn into_response(self) -> BackupResponse {
        BackupResponse { backup: self.0 }
    }
}

/// What a task does to a backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BackupWork {
    Convert,
}

impl BackupWork {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            BackupWork::Convert => "convert",
        }
    }

    /// What is being done, and what was done.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            BackupWork::Convert => ["The backup is being converted.", "The backup was converted into a snapshot."],
        }
    }

    /// Brings the effect about: a snapshot in the place of the backup, under the same number.
    pub(crate) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Undone> {
        let key = owned_by(account, id);
        let Some(stored) = tx.delete::<BackupRecord>(&key).await? else {
            return Err(Undone::Failed("The backup is not there any more.".to_owned()));
        };
        let backup = stored.into_record().0;
        let snapshot = Snapshot {
            created_at: backup.created_at,
            disk_size: backup.disk_size,
            id,
            name: format!("backup-{id}"),
            regions: backup.regions,
            size: backup.size,
            size_gigabytes: backup.size_gigabytes,
            stacklet_id: backup.stacklet_id,
            task: None,
        };
        tx.put(&key, SnapshotRecord(snapshot)).await?;
        if let Some(stacklet) = backup.stacklet_id {
            edit_stacklet(tx, account, stacklet, |it| {
                it.backup_ids.retain(|backup| *backup != id);
                it.snapshot_ids.push(id);
            })
            .await?;
        }
        Ok(())
    }
}

/// Lets go of the backup, if it has not become a snapshot.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Fault> {
    edit::<BackupRecord>(tx, owned_by(account, id), |record| record.0.task = None).await
}

impl Backups for Stacklets {
    async fn list_backups<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListBackupsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, BackupList>, Refusal<ListBackups>> {
        let ListBackupsRequest { page, per_page, sort, stacklet_id } = request;
        let listing = Listing::new(page, per_page).sort(sort.as_ref().map(|sort| sort.as_str()));
        Ok(Found::later(None, list(tx, cx, listing, stacklet_id)))
    }

    async fn get_backup<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetBackupRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, BackupResponse>>, Refusal<GetBackup>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, BackupRecord::into_response)))
    }

    /// There is one action, so the body says nothing more.
    async fn run_backup_action<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RunBackupActionRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Accepted<BackupResponse>, Refusal<RunBackupAction>> {
        let id = request.id;
        let key = owned(cx, id);
        let mut backup = tx.get::<BackupRecord>(&key).await?.ok_or(Refused::Absent)?.into_record().0;
        tasks::check_idle(&format!("the backup {id}"), backup.task.as_ref())?;
        let work = Work::Backup { id, work: BackupWork::Convert };
        let begun = self.tasks.begin(tx, &cx.principal().account.name, cx.now(), work).await?;
        backup.task = Some(begun.short);
        let stored = tx.put(&key, BackupRecord(backup)).await?;
        Ok(tx.accept(begun.created, stored.into_record().into_response()))
    }

    /// Not while a stacklet is made from it (DELETE-CHILDREN).
    async fn delete_backup<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteBackupRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteBackup>> {
        let account = &cx.principal().account.name;
        let target = tx.target::<BackupRecord>(owned(cx, request.id)).await?;
        let backup = target.current().ok_or(Refused::Absent)?.0.clone();
        let removed = tx.remove(target).await?;
        if let Some(user) = image::user_of(tx, account, backup.id).await? {
            return Err(problems::in_use(format!("The stacklet {user} is made from the backup {}.", backup.id)));
        }
        tasks::abandon(tx, account, cx.now(), backup.task.as_ref(), "The backup was deleted.").await?;
        if let Some(stacklet) = backup.stacklet_id {
            edit_stacklet(tx, account, stacklet, |it| it.backup_ids.retain(|id| *id != backup.id)).await?;
        }
        Ok(removed)
    }
}

/// A page of the backups, of a stacklet where one is given.
pub(super) async fn list(
    tx: &ReadTx<Database>,
    cx: &Cx<Caller>,
    listing: Listing,
    stacklet: Option<u64>,
) -> Result<BackupList, Fault> {
    let range = all_owned(cx);
    let (records, meta) = match stacklet {
        None => listing.read::<BackupRecord>(tx, &range).await?,
        Some(_) => listing.choose(tx, &range, |record: &BackupRecord| record.0.stacklet_id == stacklet).await?,
    };
    Ok(BackupList { backups: records.into_iter().map(|record| record.0).collect(), meta })
}
