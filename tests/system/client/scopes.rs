//! A token without the scope that an operation needs: a declared refusal, by the type of every operation.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stacklets_client::runtime::wire::ParameterLocation;
use stacklets_client::runtime::{self, CallError, DeclaredProblem, Operation, Token};
use stacklets_client::*;

use super::base;
use crate::every_method::another_token;
use crate::harness::Service;

/// A client with a token of this scope alone.
fn with_scope(service: &Service, scope: &str) -> runtime::Client {
    let token = another_token(service, &["--scope", scope]);
    let certificate = std::fs::read(service.home().certificate()).expect("a certificate");
    let builder = runtime::Client::builder(base(service.address.port())).credential("token", Token::new(token));
    builder.root_certificates_pem(certificate).only_own_roots().build().expect("a client")
}

/// Calls the operation with whatever, since it is refused before that is looked at. Gives its name.
async fn expect_forbidden<Op: Operation>(reader: &runtime::Client, writer: &runtime::Client) -> &'static str {
    let data = Op::DATA;
    let client = if data.method == runtime::wire::Method::Get { writer } else { reader };
    let mut call = client.call::<Op>();
    for parameter in data.parameters.iter().filter(|parameter| parameter.required) {
        call = match parameter.location {
            ParameterLocation::Path => call.path(parameter.name, "1"),
            ParameterLocation::Query => call.query(parameter.name, "1"),
            ParameterLocation::Header => call.header_parameter(parameter.name, "1"),
            ParameterLocation::Cookie => call.cookie_parameter(parameter.name, "1"),
        };
    }
    if data.body.is_some() {
        call = call.body(&json!({}));
    }
    match call.await {
        Err(CallError::Declared(problem, meta)) => {
            assert_eq!(meta.status, 403, "{}", data.id);
            let problem = problem.problem().unwrap_or_else(|| panic!("expected a problem of {}", data.id));
            assert!(problem.type_.ends_with("/scope-missing"), "{}: {problem:?}", data.id);
        }
        Err(other) => panic!("expected {} to be Declared and not {other:?}", data.id),
        Ok(_) => panic!("expected {} to be refused", data.id),
    }
    data.id
}

macro_rules! expect_forbidden {
    ($reader:expr, $writer:expr, $($operation:ident)*) => {
        [$(expect_forbidden::<$operation>($reader, $writer).await),*]
    };
}

// Shows: AUTH-ENFORCED, ERROR-DECLARED
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_scope_is_a_declared_refusal_of_every_operation() {
    let service = Service::start();
    let (reader, writer) =
        tokio::task::block_in_place(|| (with_scope(&service, "read"), with_scope(&service, "write")));
    let tried = expect_forbidden!(
        &reader, &writer,
        AddFirewallRules AddFirewallStacklets AddLoadBalancerRules AddLoadBalancerStacklets AddTagResources
        CreateCertificate CreateDomain CreateFirewall CreateFloatingIp CreateLoadBalancer CreateProject
        CreateRecord CreateSshKey CreateStacklets CreateTag CreateUserdata CreateVolume CreateVpc
        DeleteBackup DeleteCertificate DeleteDomain DeleteFirewall DeleteFloatingIp DeleteLoadBalancer
        DeleteProject DeleteRecord DeleteSnapshot DeleteSshKey DeleteStacklet DeleteTag DeleteUserdata
        DeleteVolume DeleteVpc GetBackup GetCertificate GetDomain GetFirewall GetFloatingIp GetLoadBalancer
        GetProfile GetProject GetRecord GetRegion GetSize GetSnapshot GetSshKey GetStacklet GetTag GetTask
        GetUserdata GetVolume GetVpc ListApplications ListBackups ListCertificates ListContainers
        ListDistributions ListDomains ListFirewalls ListFloatingIps ListLoadBalancers ListProjects
        ListRecords ListRegions ListSizes ListSnapshots ListSshKeys ListStackletBackups
        ListStackletSnapshots ListStacklets ListTagResources ListTags ListTasks ListUserdata ListVolumes
        ListVpcMembers ListVpcs PutDomain PutFirewall PutLoadBalancer PutProject PutRecord PutSshKey
        PutStacklet PutTag PutUserdata PutVolume PutVpc RemoveFirewallRule RemoveFirewallStacklet
        RemoveLoadBalancerRule RemoveLoadBalancerStacklet RemoveTagResource RunBackupAction
        RunFloatingIpAction RunSnapshotAction RunStackletAction RunVolumeAction
    );
    let description: Value = serde_json::from_str(stacklets_server::DESCRIPTION).expect("JSON");
    let items = description["paths"].as_object().expect("paths").values().filter_map(Value::as_object);
    let ids = items.flat_map(|item| item.values().filter_map(|operation| operation["operationId"].as_str()));
    assert_eq!(BTreeSet::from(tried), ids.collect::<BTreeSet<_>>(), "every operation of the description");
}
