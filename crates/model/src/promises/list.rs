//! Collections.

use super::reading::{Reading, title};
use crate::rules::{LIST_COHERENT, LIST_EMPTY_200, LIST_PAGE_COMPLETE, LIST_STABLE_ORDER};
use crate::{ListGuarantee, Method, Order, Paging, PagingStyle};

pub(super) fn infer(reading: &mut Reading<'_>) {
    if reading.method() != Method::Get {
        return;
    }
    if reading.is_list() {
        coherent(reading);
    }
    if let Some(paging) = &reading.operation.paging {
        pages(reading, paging);
    }
    order(reading);
    let lists = reading.is_list() || reading.operation.paging.is_some();
    let success = reading.operation.response(200).filter(|_| lists && !reading.operation.declares(404));
    if let Some(response) = success {
        reading.holds(LIST_EMPTY_200, Some(&response.origin), "An empty list is 200 with no items.");
    }
}

fn coherent(reading: &mut Reading<'_>) {
    let Some(resource) = reading.resource else {
        return;
    };
    let semantics = &reading.operation.semantics;
    let snapshot = match semantics.list {
        Some(ListGuarantee::Snapshot) => ", as of one moment",
        None => "",
    };
    let sentence =
        format!("Each {} that exists is listed once, and none that was deleted{snapshot}.", resource.name.wire);
    let origin = reading.word("list").or_else(|| reading.word("resource")).unwrap_or(&reading.operation.origin);
    let guarantee = semantics.list.map(|list| ("list", list.as_str().to_owned()));
    reading.holds(LIST_COHERENT, Some(origin), sentence).parameters.extend(guarantee);
}

fn pages(reading: &mut Reading<'_>, paging: &Paging) {
    let operation = reading.operation;
    let links = operation.responses.iter().flat_map(|response| &response.links);
    let itself = |link: &&crate::Link| title(reading.api.operation(link.target)) == title(operation);
    let link = links.into_iter().find(itself).map(|link| &link.origin);
    let parameter = operation.parameters.iter().find(|parameter| parameter.name.wire == paging.parameter);
    let origin = link.or(parameter.map(|parameter| &parameter.origin));
    let style = match paging.style {
        PagingStyle::Number => "number",
        PagingStyle::Cursor => "cursor",
    };
    let sentence =
        format!("Following `{}` through `{}` visits every item once, and ends.", paging.next, paging.parameter);
    reading.holds(LIST_PAGE_COMPLETE, origin, sentence).parameters.push(("style", style.to_owned()));
}

fn order(reading: &mut Reading<'_>) {
    let Some(Order { by, parameter }) = reading.operation.semantics.order.clone() else {
        return;
    };
    let asked = parameter.as_ref().map_or_else(String::new, |name| format!(", or as `{name}` asks"));
    let sentence = match by.strip_prefix('-') {
        Some(member) => format!("Items are sorted by `{member}`, the greatest first{asked}."),
        None => format!("Items are sorted by `{by}`{asked}."),
    };
    let origin = reading.word("order");
    let promise = reading.holds(LIST_STABLE_ORDER, origin, sentence);
    promise.parameters.push(("order", by));
    promise.parameters.extend(parameter.map(|name| ("orderParameter", name)));
}
