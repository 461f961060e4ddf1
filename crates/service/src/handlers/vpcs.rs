//! Private networks. Which stacklets are in one stands with the stacklets.

use std::net::IpAddr;

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Created, Cx, Declares, Fault, Found, Lookup, Operation, ReadTx, Record, Refusal, Removed, Stored, Upserted, Window,
    WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Vpc, VpcInput, VpcList, VpcMember, VpcMemberList, VpcMemberType, VpcResponse};
use stacklets_server::{
    CreateVpc, CreateVpcRequest, DeleteVpc, DeleteVpcRequest, GetVpc, GetVpcRequest, ListVpcMembers,
    ListVpcMembersRequest, ListVpcs, ListVpcsRequest, PutVpc, PutVpcRequest, Vpcs,
};

use super::reference::Reference;
use super::stacklets::StackletRecord;
use super::{all_owned, owned};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::listing::{Listed, Listing};
use crate::network::Network;
use crate::page::Page;
use crate::problems::Mistakes;
use crate::store::Database;

/// A VPC in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct VpcRecord(pub(super) Vpc);

impl Record for VpcRecord {
    const TABLE: &'static str = "vpcs";
}

impl Listed for VpcRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl VpcRecord {
    fn into_response(self) -> VpcResponse {
        VpcResponse { vpc: self.0 }
    }
}

impl Vpcs for Stacklets {
    async fn list_vpcs<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListVpcsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, VpcList>, Refusal<ListVpcs>> {
        let ListVpcsRequest { page, per_page, query, region, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let range = all_owned(cx);
            let (records, meta) = match region {
                None => listing.read::<VpcRecord>(tx, &range).await?,
                Some(region) => listing.choose(tx, &range, |record: &VpcRecord| record.0.region == region).await?,
            };
            Ok(VpcList { meta, vpcs: records.into_iter().map(|record| record.0).collect() })
        }))
    }

    async fn create_vpc<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateVpcRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<VpcResponse>, Refusal<CreateVpc>> {
        let uuid = Uuid::new_v4();
        let vpc = wanted(request.body, uuid, cx.now(), Mistakes::default())?;
        let created = tx.create_one(owned(cx, uuid), VpcRecord(vpc)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_vpc<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetVpcRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, VpcResponse>>, Refusal<GetVpc>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, VpcRecord::into_response)))
    }

    async fn put_vpc<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutVpcRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<VpcResponse>, Refusal<PutVpc>> {
        let PutVpcRequest { uuid, body } = request;
        let target = tx.target::<VpcRecord>(owned(cx, uuid)).await?;
        let mut mistakes = Mistakes::default();
        check_members(tx, cx, uuid, &body.region, &mut mistakes).await?;
        let created_at = target.current().map_or(cx.now(), |vpc| vpc.0.created_at);
        let vpc = wanted(body, uuid, created_at, mistakes)?;
        let put = tx.replace(target, VpcRecord(vpc)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// The stacklets in it are in none in the same step (DELETE-CHILDREN).
    async fn delete_vpc<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteVpcRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteVpc>> {
        let target = tx.target::<VpcRecord>(owned(cx, request.uuid)).await?;
        let removed = tx.remove(target).await?;
        Reference::Vpc(request.uuid).detach(tx, cx).await?;
        Ok(removed)
    }

    async fn list_vpc_members<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListVpcMembersRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, VpcMemberList>>, Refusal<ListVpcMembers>> {
        let ListVpcMembersRequest { uuid, page, per_page } = request;
        if tx.get::<VpcRecord>(&owned(cx, uuid)).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(Found::later(None, async move {
            let is_in = |record: &StackletRecord| record.0.vpc_uuid.flatten() == Some(uuid);
            let (records, meta) = Page::new(page, per_page).choose(tx, &all_owned(cx), is_in).await?;
            Ok(VpcMemberList { members: records.into_iter().map(member).collect(), meta })
        })))
    }
}

fn member(record: StackletRecord) -> VpcMember {
    VpcMember { id: record.0.id, name: record.0.name, r#type: VpcMemberType::Stacklet }
}

/// What a request wants, if it makes sense.
fn wanted<Op: Declares<422> + Operation>(
    body: VpcInput,
    uuid: Uuid,
    created_at: Timestamp,
    mut mistakes: Mistakes,
) -> Result<Vpc, Refusal<Op>> {
    if catalogue::find_region(&body.region).is_none() {
        mistakes.add_missing("/region".to_owned(), format!("There is no region `{}`.", body.region));
    }
    if let Err(detail) = check_range(&body.ip_range) {
        mistakes.add_senseless("/ip_range".to_owned(), detail);
    }
    mistakes.check()?;
    Ok(Vpc {
        created_at,
        description: Some(body.description.flatten()),
        ip_range: body.ip_range,
        name: body.name,
        region: body.region,
        uuid,
    })
}

/// A private network of a size that one can work with. Its whole range is private if its first address is: the three
/// private ranges have prefixes of at most 16 bits.
fn check_range(text: &str) -> Result<(), String> {
    let network = Network::parse(text).map_err(|error| error.to_string())?;
    let IpAddr::V4(first) = network.address else {
        return Err("A VPC has IPv4 addresses.".to_owned());
    };
    match network.prefix {
        Some(16..=28) if first.is_private() => Ok(()),
        Some(16..=28) => Err("It lies in none of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16.".to_owned()),
        Some(_) | None => Err("Its prefix has 16 to 28 bits.".to_owned()),
    }
}

/// The stacklets in it are in its region, so it does not go to another without them.
async fn check_members(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    uuid: Uuid,
    region: &str,
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    let elsewhere = |record: &StackletRecord| record.0.vpc_uuid.flatten() == Some(uuid) && record.0.region != region;
    let found = tx.select(&all_owned(cx), Window { skip: 0, limit: 1 }, elsewhere).await?;
    if let Some(StackletRecord(stacklet)) = found.records.into_iter().map(Stored::into_record).next() {
        let detail = format!("The stacklet {} is in it, and in the region `{}`.", stacklet.id, stacklet.region);
        mistakes.add_unfit("/region".to_owned(), detail);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_private_and_of_a_handy_size() {
        for text in ["10.0.0.0/16", "10.10.0.0/20", "172.31.0.0/16", "192.168.0.0/16", "192.168.255.240/28"] {
            assert_eq!(check_range(text), Ok(()), "{text}");
        }
        insta::assert_snapshot!(check_range("10.0.0.0/15").unwrap_err(), @"Its prefix has 16 to 28 bits.");
        insta::assert_snapshot!(check_range("10.0.0.0/29").unwrap_err(), @"Its prefix has 16 to 28 bits.");
        insta::assert_snapshot!(check_range("10.0.0.1").unwrap_err(), @"Its prefix has 16 to 28 bits.");
        insta::assert_snapshot!(check_range("172.32.0.0/16").unwrap_err(), @"It lies in none of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16.");
        insta::assert_snapshot!(check_range("10.0.1.0/16").unwrap_err(), @"Behind the prefix all bits of a network are zero: write `10.0.0.0/16`.");
        insta::assert_snapshot!(check_range("fd00::/64").unwrap_err(), @"A VPC has IPv4 addresses.");
    }
}
