//! Snapshots: taken by a task of a stacklet, and changed by tasks of their own.

use methodical_server::wire::Timestamp;
use methodical_server::{Accepted, Cx, Fault, Found, Lookup as _, ReadTx, Record, Refusal, Refused, Removed, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{RunSnapshotActionBody, Snapshot, SnapshotList, SnapshotResponse};
use stacklets_server::{
    DeleteSnapshot, DeleteSnapshotRequest, GetSnapshot, GetSnapshotRequest, ListSnapshots, ListSnapshotsRequest,
    RunSnapshotAction, RunSnapshotActionRequest, Snapshots,
};

use super::relations::{edit, edit_stacklet};
use super::{all_owned, image, owned, owned_by};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::listing::{Listed, Listing};
use crate::problems::{self, Mistakes};
use crate::store::Database;
use crate::tasks::{self, Undone, Work};

/// A snapshot in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SnapshotRecord(pub(super) Snapshot);

impl Record for SnapshotRecord {
    const TABLE: &'static str = "snapshots";
}

impl Listed for SnapshotRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl SnapshotRecord {
    fn into_response(self) -> SnapshotResponse {
        SnapshotResponse { snapshot: self.0 }
    }
}

/// What a task does to a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SnapshotWork {
    Rename { name: String },
    Transfer { region: String },
}

impl SnapshotWork {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            SnapshotWork::Rename { .. } => "rename",
            SnapshotWork::Transfer { .. } => "transfer",
        }
    }

    /// What is being done, and what was done.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            SnapshotWork::Rename { .. } => ["The snapshot is being renamed.", "The snapshot was renamed."],
            SnapshotWork::Transfer { .. } => ["The snapshot is being copied.", "The snapshot was copied."],
        }
    }

    /// Brings the effect about.
    pub(crate) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Undone> {
        edit::<SnapshotRecord>(tx, owned_by(account, id), |record| match self {
            SnapshotWork::Rename { name } => record.0.name.clone_from(name),
            SnapshotWork::Transfer { region } => {
                if !record.0.regions.contains(region) {
                    record.0.regions.push(region.clone());
                }
            }
        })
        .await?;
        Ok(())
    }
}

/// Lets go of the snapshot.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Fault> {
    edit::<SnapshotRecord>(tx, owned_by(account, id), |record| record.0.task = None).await
}

impl Snapshots for Stacklets {
    async fn list_snapshots<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListSnapshotsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, SnapshotList>, Refusal<ListSnapshots>> {
        let ListSnapshotsRequest { page, per_page, query, region, sort, stacklet_id } = request;
        let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
        Ok(Found::later(None, list(tx, cx, listing, stacklet_id, region)))
    }

    async fn get_snapshot<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetSnapshotRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, SnapshotResponse>>, Refusal<GetSnapshot>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, SnapshotRecord::into_response)))
    }

    async fn run_snapshot_action<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RunSnapshotActionRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Accepted<SnapshotResponse>, Refusal<RunSnapshotAction>> {
        let id = request.id;
        let key = owned(cx, id);
        let mut snapshot = tx.get::<SnapshotRecord>(&key).await?.ok_or(Refused::Absent)?.into_record().0;
        tasks::check_idle(&format!("the snapshot {id}"), snapshot.task.as_ref())?;
        let work = match request.body {
            RunSnapshotActionBody::Rename(action) => SnapshotWork::Rename { name: action.name },
            RunSnapshotActionBody::Transfer(action) => {
                let mut mistakes = Mistakes::default();
                if catalogue::find_region(&action.region).is_none() {
                    mistakes.add_missing("/region".to_owned(), format!("There is no region `{}`.", action.region));
                }
                mistakes.check()?;
                SnapshotWork::Transfer { region: action.region }
            }
        };
        let account = &cx.principal().account.name;
        let begun = self.tasks.begin(tx, account, cx.now(), Work::Snapshot { id, work }).await?;
        snapshot.task = Some(begun.short);
        let stored = tx.put(&key, SnapshotRecord(snapshot)).await?;
        Ok(tx.accept(begun.created, stored.into_record().into_response()))
    }

    /// Not while a stacklet is made from it (DELETE-CHILDREN).
    async fn delete_snapshot<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteSnapshotRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteSnapshot>> {
        let account = &cx.principal().account.name;
        let target = tx.target::<SnapshotRecord>(owned(cx, request.id)).await?;
        let snapshot = target.current().ok_or(Refused::Absent)?.0.clone();
        let removed = tx.remove(target).await?;
        if let Some(user) = image::user_of(tx, account, snapshot.id).await? {
            return Err(problems::in_use(format!("The stacklet {user} is made from the snapshot {}.", snapshot.id)));
        }
        tasks::abandon(tx, account, cx.now(), snapshot.task.as_ref(), "The snapshot was deleted.").await?;
        if let Some(stacklet) = snapshot.stacklet_id {
            edit_stacklet(tx, account, stacklet, |it| it.snapshot_ids.retain(|id| *id != snapshot.id)).await?;
        }
        Ok(removed)
    }
}

/// A page of the snapshots of a stacklet and in a region, where these are given.
pub(super) async fn list(
    tx: &ReadTx<Database>,
    cx: &Cx<Caller>,
    listing: Listing,
    stacklet: Option<u64>,
    region: Option<String>,
) -> Result<SnapshotList, Fault> {
    let range = all_owned(cx);
    let (records, meta) = if stacklet.is_none() && region.is_none() {
        listing.read::<SnapshotRecord>(tx, &range).await?
    } else {
        let chosen = |SnapshotRecord(snapshot): &SnapshotRecord| {
            (stacklet.is_none() || snapshot.stacklet_id == stacklet)
                && region.as_ref().is_none_or(|region| snapshot.regions.contains(region))
        };
        listing.choose(tx, &range, chosen).await?
    };
    Ok(SnapshotList { meta, snapshots: records.into_iter().map(|record| record.0).collect() })
}
