//! Tasks, as their owner sees them. What makes them go is in [`crate::tasks`].

use methodical_server::{Cx, Fault, Found, Lookup as _, ReadTx, Refusal};
use stacklets_server::types::{TaskList, TaskResponse};
use stacklets_server::{GetTask, GetTaskRequest, ListTasks, ListTasksRequest, Tasks};

use super::{all_owned, owned};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::Listing;
use crate::store::Database;
use crate::tasks::TaskRecord;

impl Tasks for Stacklets {
    async fn list_tasks<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListTasksRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, TaskList>, Refusal<ListTasks>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    async fn get_task<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetTaskRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, TaskResponse>>, Refusal<GetTask>> {
        let found = tx.get::<TaskRecord>(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, |record| TaskResponse { task: record.task })))
    }
}

async fn list(tx: &ReadTx<Database>, request: ListTasksRequest, cx: &Cx<Caller>) -> Result<TaskList, Fault> {
    let ListTasksRequest { page, per_page, resource_type, sort, status } = request;
    let listing = Listing::new(page, per_page).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = all_owned(cx);
    let (records, meta) = if status.is_none() && resource_type.is_none() {
        listing.read::<TaskRecord>(tx, &range).await?
    } else {
        let chosen = |record: &TaskRecord| {
            let task = &record.task;
            status.as_ref().is_none_or(|status| status.as_str() == task.status.as_str())
                && resource_type.as_ref().is_none_or(|kind| kind.as_str() == task.resource.r#type.as_str())
        };
        listing.choose(tx, &range, chosen).await?
    };
    Ok(TaskList { meta, tasks: records.into_iter().map(|record| record.task).collect() })
}
