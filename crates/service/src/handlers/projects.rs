//! Projects, and what it means to belong to one: whatever does always belongs to one that is there.

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Created, Cx, Fault, Found, Key, KeyRange, Lookup, ReadTx, Record, Refusal, Removed, Stored, Upserted, Window,
    WriteTx,
};
use stacklets_server::types::{Environment, ListMeta, Project, ProjectList, ProjectResponse};
use stacklets_server::{
    CreateProject, CreateProjectRequest, DeleteProject, DeleteProjectRequest, GetProject, GetProjectRequest,
    ListProjects, ListProjectsRequest, Projects, PutProject, PutProjectRequest,
};

use super::firewalls::FirewallRecord;
use super::ssh_keys::SshKeyRecord;
use super::tags::TagRecord;
use super::{all_owned, domains, floating_ips, load_balancers, owned, stacklets};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::default_project::{self, DefaultProject, ProjectRecord};
use crate::listing::{Listed, Listing};
use crate::problems::{self, Kind, Mistakes};
use crate::store::Database;

impl Listed for ProjectRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl ProjectRecord {
    fn into_response(self) -> ProjectResponse {
        ProjectResponse { project: self.0 }
    }
}

/// What belongs to a project and is moved to another by nothing but that.
pub(super) trait InProject: Record {
    /// The project that it belongs to.
    fn project(&self) -> Option<Uuid>;
    /// Moves it.
    fn move_to(&mut self, project: Uuid);
    /// Where it lies.
    fn key(&self, account: &str) -> Key;
}

/// The project that a request wants something to belong to: the default one if it names none. One that is not there is
/// noted as a mistake.
pub(super) async fn resolve(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    requested: Option<Option<Uuid>>,
    mistakes: &mut Mistakes,
) -> Result<Uuid, Fault> {
    let Some(uuid) = requested.flatten() else {
        return default_of(tx, cx).await;
    };
    if tx.get::<ProjectRecord>(&owned(cx, uuid)).await?.is_none() {
        mistakes.add_missing("/project_uuid".to_owned(), format!("There is no project `{uuid}`."));
    }
    Ok(uuid)
}

/// The default project of the caller's account, which is never without one.
async fn default_of(tx: &impl Lookup, cx: &Cx<Caller>) -> Result<Uuid, Fault> {
    let account = &cx.principal().account.name;
    match tx.get::<DefaultProject>(&default_project::key(account)).await? {
        Some(default) => Ok(default.0),
        None => Err(Fault::Other { detail: format!("the account `{account}` has no default project") }),
    }
}

/// The page of a list of what belongs to projects: of one of them, or of all.
pub(super) async fn list<R: InProject + Listed>(
    tx: &impl Lookup,
    listing: Listing,
    range: &KeyRange,
    project: Option<Uuid>,
) -> Result<(Vec<R>, ListMeta), Fault> {
    match project {
        None => listing.read(tx, range).await,
        Some(_) => listing.choose(tx, range, |record: &R| record.project() == project).await,
    }
}

impl Projects for Stacklets {
    async fn list_projects<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListProjectsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, ProjectList>, Refusal<ListProjects>> {
        let ListProjectsRequest { page, per_page, query, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let (records, meta) = listing.read::<ProjectRecord>(tx, &all_owned(cx)).await?;
            Ok(ProjectList { meta, projects: records.into_iter().map(|record| record.0).collect() })
        }))
    }

    async fn create_project<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateProjectRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<ProjectResponse>, Refusal<CreateProject>> {
        let body = request.body;
        let (uuid, is_default) = (Uuid::new_v4(), body.is_default.unwrap_or(false));
        if is_default {
            succeed_default(tx, cx, uuid).await?;
        }
        let project = Project {
            budget: Some(body.budget.unwrap_or_else(no_budget)),
            color: body.color,
            created_at: cx.now(),
            description: Some(body.description.flatten()),
            environment: Some(body.environment.unwrap_or(Environment::Development)),
            is_default,
            name: body.name,
            owner_uuid: cx.principal().account.uuid,
            updated_at: cx.now(),
            uuid,
        };
        let created = tx.create_one(owned(cx, uuid), ProjectRecord(project)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_project<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetProjectRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, ProjectResponse>>, Refusal<GetProject>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, ProjectRecord::into_response)))
    }

    async fn put_project<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutProjectRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<ProjectResponse>, Refusal<PutProject>> {
        let PutProjectRequest { uuid, body } = request;
        let target = tx.target::<ProjectRecord>(owned(cx, uuid)).await?;
        let current = target.current().map(|stored| &stored.0);
        let project = Project {
            budget: Some(body.budget.unwrap_or_else(no_budget)),
            color: body.color,
            created_at: current.map_or(cx.now(), |project| project.created_at),
            description: Some(body.description.flatten()),
            environment: Some(body.environment.unwrap_or(Environment::Development)),
            is_default: current.is_some_and(|project| project.is_default),
            name: body.name,
            owner_uuid: cx.principal().account.uuid,
            updated_at: cx.now(),
            uuid,
        };
        let project = unless_the_same(current, project);
        let put = tx.replace(target, ProjectRecord(project)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// What belongs to it moves to the default project in the same step (DELETE-CHILDREN).
    async fn delete_project<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteProjectRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteProject>> {
        let target = tx.target::<ProjectRecord>(owned(cx, request.uuid)).await?;
        if target.current().is_some_and(|stored| stored.0.is_default) {
            let detail = "This is the default project. Create another with `is_default` first.";
            return Err(problems::conflict(Kind::DefaultProject, detail.to_owned()));
        }
        let removed = tx.remove(target).await?;
        let default = default_of(tx, cx).await?;
        move_everything(tx, cx, request.uuid, default).await?;
        Ok(removed)
    }
}

fn no_budget() -> String {
    "0.00".to_owned()
}

/// A PUT that changes nothing changes no date either (PUT-IDEMPOTENT).
fn unless_the_same(current: Option<&Project>, wanted: Project) -> Project {
    match current {
        Some(current) if Project { updated_at: current.updated_at, ..wanted.clone() } == *current => current.clone(),
        Some(_) | None => wanted,
    }
}

/// Another project becomes the default one.
async fn succeed_default(tx: &mut WriteTx<Database>, cx: &Cx<Caller>, successor: Uuid) -> Result<(), Fault> {
    let before = owned(cx, default_of(tx, cx).await?);
    if let Some(stored) = tx.get::<ProjectRecord>(&before).await? {
        let project = Project { is_default: false, updated_at: cx.now(), ..stored.into_record().0 };
        tx.put(&before, ProjectRecord(project)).await?;
    }
    tx.put(&default_project::key(&cx.principal().account.name), DefaultProject(successor)).await?;
    Ok(())
}

/// Every kind of thing that belongs to projects.
async fn move_everything(tx: &mut WriteTx<Database>, cx: &Cx<Caller>, from: Uuid, to: Uuid) -> Result<(), Fault> {
    let account = cx.principal().account.name.as_str();
    move_records::<FirewallRecord>(tx, cx, from, to).await?;
    move_records::<SshKeyRecord>(tx, cx, from, to).await?;
    move_records::<TagRecord>(tx, cx, from, to).await?;
    stacklets::move_project(tx, account, from, to).await?;
    domains::move_project(tx, account, from, to).await?;
    floating_ips::move_project(tx, account, from, to).await?;
    load_balancers::move_project(tx, account, from, to).await
}

async fn move_records<R: InProject>(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    from: Uuid,
    to: Uuid,
) -> Result<(), Fault> {
    let belongs = |record: &R| record.project() == Some(from);
    let found = tx.select(&all_owned(cx), Window::whole(), belongs).await?;
    for mut record in found.records.into_iter().map(Stored::into_record) {
        record.move_to(to);
        let key = record.key(&cx.principal().account.name);
        tx.put(&key, record).await?;
    }
    Ok(())
}
