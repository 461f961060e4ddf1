//! Every operation, called by both clients with the same arguments.

use stacklets_client::{
    ListApplicationsQuery, ListBackupsQuery, ListCertificatesQuery, ListContainersQuery, ListDistributionsQuery,
    ListDomainsQuery, ListFirewallsQuery, ListFloatingIpsQuery, ListLoadBalancersQuery, ListProjectsQuery,
    ListRecordsQuery, ListRegionsQuery, ListSizesQuery, ListSnapshotsQuery, ListSshKeysQuery, ListStackletBackupsQuery,
    ListStackletSnapshotsQuery, ListStackletsQuery, ListTagResourcesQuery, ListTagsQuery, ListTasksQuery,
    ListUserdataQuery, ListVolumesQuery, ListVpcMembersQuery, ListVpcsQuery, RemoveFirewallRuleQuery,
};

use super::bodies::{ADDRESS, body, of, uuid};
use super::{Pair, both};

/// All of them, tag by tag.
pub(super) async fn all(pair: &mut Pair) {
    firewalls(pair).await;
    load_balancers(pair).await;
    tags(pair).await;
    certificates(pair).await;
    domains(pair).await;
    floating_ips(pair).await;
    projects(pair).await;
    records(pair).await;
    ssh_keys(pair).await;
    stacklets(pair).await;
    userdata(pair).await;
    volumes(pair).await;
    vpcs(pair).await;
    backups(pair).await;
    snapshots(pair).await;
    account(pair).await;
    regions(pair).await;
    sizes(pair).await;
    tasks(pair).await;
    images(pair).await;
}

async fn firewalls(pair: &mut Pair) {
    both!(pair, add_firewall_rules(uuid(), &body("RulesAdd")), (&uuid(), &body("RulesAdd")));
    both!(
        pair,
        add_firewall_stacklets(uuid(), &body("FirewallStackletsAdd")),
        (&uuid(), &body("FirewallStackletsAdd"))
    );
    both!(pair, create_firewall(&body("FirewallInput")), (None, &body("FirewallInput")));
    both!(pair, delete_firewall(uuid()), (&uuid(), None));
    both!(pair, get_firewall(uuid()), (&uuid(), None));
    both!(
        pair,
        list_firewalls(ListFirewallsQuery {
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some(&uuid()), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_firewall(uuid(), &body("FirewallInput")), (&uuid(), None, None, &body("FirewallInput")));
    both!(
        pair,
        remove_firewall_rule(
            uuid(),
            "198.51.100.7",
            &of("inbound"),
            RemoveFirewallRuleQuery { port: Some(22), protocol: Some(of("tcp")) }
        ),
        (&uuid(), "198.51.100.7", of("inbound"), Some(22), Some(of("tcp")))
    );
    both!(pair, remove_firewall_stacklet(uuid(), 11), (&uuid(), 11));
}

async fn load_balancers(pair: &mut Pair) {
    both!(
        pair,
        add_load_balancer_rules(uuid(), &body("LoadBalancerRulesAdd")),
        (&uuid(), &body("LoadBalancerRulesAdd"))
    );
    both!(
        pair,
        add_load_balancer_stacklets(uuid(), &body("LoadBalancerStackletsAdd")),
        (&uuid(), &body("LoadBalancerStackletsAdd"))
    );
    both!(pair, create_load_balancer(&body("LoadBalancerInput")), (None, &body("LoadBalancerInput")));
    both!(pair, delete_load_balancer(uuid()), (&uuid(), None));
    both!(pair, get_load_balancer(uuid()), (&uuid(), None));
    both!(
        pair,
        list_load_balancers(ListLoadBalancersQuery {
            certificate_id: Some(3),
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at")),
            stacklet_id: Some(11)
        }),
        (Some(3), Some(2), Some(50), Some(&uuid()), Some("web & co+1"), Some("fra"), Some(of("-created_at")), Some(11))
    );
    both!(
        pair,
        put_load_balancer(uuid(), &body("LoadBalancerInput")),
        (&uuid(), None, None, &body("LoadBalancerInput"))
    );
    both!(pair, remove_load_balancer_rule(uuid(), 443), (&uuid(), 443));
    both!(pair, remove_load_balancer_stacklet(uuid(), 11), (&uuid(), 11));
}

async fn tags(pair: &mut Pair) {
    both!(pair, add_tag_resources("a b/c%d", &body("AddTagResourcesBody")), ("a b/c%d", &body("AddTagResourcesBody")));
    both!(pair, create_tag(&body("TagCreate")), (None, &body("TagCreate")));
    both!(pair, delete_tag("a b/c%d"), ("a b/c%d", None));
    both!(pair, get_tag("a b/c%d"), ("a b/c%d", None));
    both!(
        pair,
        list_tag_resources("a b/c%d", ListTagResourcesQuery { page: Some(2), per_page: Some(50) }),
        ("a b/c%d", Some(2), Some(50))
    );
    both!(
        pair,
        list_tags(ListTagsQuery {
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some(&uuid()), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_tag("a b/c%d", &body("TagInput")), ("a b/c%d", None, None, &body("TagInput")));
    both!(pair, remove_tag_resource("a b/c%d", &of("stacklet"), 7), ("a b/c%d", of("stacklet"), 7));
}

async fn certificates(pair: &mut Pair) {
    both!(pair, create_certificate(&body("CertificateCreate")), (None, &body("CertificateCreate")));
    both!(pair, delete_certificate(7), (7, None));
    both!(pair, get_certificate(7), (7, None));
    both!(
        pair,
        list_certificates(ListCertificatesQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some("web & co+1"), Some(of("-created_at")))
    );
}

async fn domains(pair: &mut Pair) {
    both!(pair, create_domain(&body("DomainCreate")), (None, &body("DomainCreate")));
    both!(pair, delete_domain("a b/c%d"), ("a b/c%d", None));
    both!(pair, get_domain("a b/c%d"), ("a b/c%d", None));
    both!(
        pair,
        list_domains(ListDomainsQuery {
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some(&uuid()), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_domain("a b/c%d", &body("DomainInput")), ("a b/c%d", None, None, &body("DomainInput")));
}

async fn floating_ips(pair: &mut Pair) {
    both!(pair, create_floating_ip(&body("CreateFloatingIpBody")), (None, &body("CreateFloatingIpBody")));
    both!(pair, delete_floating_ip("198.51.100.7"), (&ADDRESS, None));
    both!(pair, get_floating_ip("198.51.100.7"), (&ADDRESS, None));
    both!(
        pair,
        list_floating_ips(ListFloatingIpsQuery {
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at")),
            stacklet_id: Some(11)
        }),
        (Some(2), Some(50), Some(&uuid()), Some("fra"), Some(of("-created_at")), Some(11))
    );
    both!(
        pair,
        run_floating_ip_action("198.51.100.7", &body("RunFloatingIpActionBody")),
        (&ADDRESS, None, &body("RunFloatingIpActionBody"))
    );
}

async fn projects(pair: &mut Pair) {
    both!(pair, create_project(&body("ProjectCreate")), (None, &body("ProjectCreate")));
    both!(pair, delete_project(uuid()), (&uuid(), None));
    both!(pair, get_project(uuid()), (&uuid(), None));
    both!(
        pair,
        list_projects(ListProjectsQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_project(uuid(), &body("ProjectInput")), (&uuid(), None, None, &body("ProjectInput")));
}

async fn records(pair: &mut Pair) {
    both!(pair, create_record("a b/c%d", &body("RecordInput")), ("a b/c%d", None, &body("RecordInput")));
    both!(pair, delete_record("a b/c%d", 7), ("a b/c%d", 7, None));
    both!(pair, get_record("a b/c%d", 7), ("a b/c%d", 7, None));
    both!(
        pair,
        list_records(
            "a b/c%d",
            ListRecordsQuery {
                page: Some(2),
                per_page: Some(50),
                query: Some("web & co+1".to_owned()),
                sort: Some(of("-created_at")),
                r#type: Some(of("MX"))
            }
        ),
        ("a b/c%d", Some(2), Some(50), Some("web & co+1"), Some(of("-created_at")), Some(of("MX")))
    );
    both!(pair, put_record("a b/c%d", 7, &body("RecordInput")), ("a b/c%d", 7, None, None, &body("RecordInput")));
}

async fn ssh_keys(pair: &mut Pair) {
    both!(pair, create_ssh_key(&body("SshKeyInput")), (None, &body("SshKeyInput")));
    both!(pair, delete_ssh_key(7), (7, None));
    both!(pair, get_ssh_key(7), (7, None));
    both!(
        pair,
        list_ssh_keys(ListSshKeysQuery {
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some(&uuid()), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_ssh_key(7, &body("SshKeyInput")), (7, None, None, &body("SshKeyInput")));
}

async fn stacklets(pair: &mut Pair) {
    both!(pair, create_stacklets(&body("CreateStackletsBody")), (None, &body("CreateStackletsBody")));
    both!(pair, delete_stacklet(7), (7, None));
    both!(pair, get_stacklet(7), (7, None));
    both!(
        pair,
        list_stacklet_backups(
            7,
            ListStackletBackupsQuery { page: Some(2), per_page: Some(50), sort: Some(of("-created_at")) }
        ),
        (7, Some(2), Some(50), Some(of("-created_at")))
    );
    both!(
        pair,
        list_stacklet_snapshots(
            7,
            ListStackletSnapshotsQuery {
                page: Some(2),
                per_page: Some(50),
                query: Some("web & co+1".to_owned()),
                sort: Some(of("-created_at"))
            }
        ),
        (7, Some(2), Some(50), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(
        pair,
        list_stacklets(ListStackletsQuery {
            firewall_uuid: Some(uuid()),
            page: Some(2),
            per_page: Some(50),
            project_uuid: Some(uuid()),
            query: Some("web & co+1".to_owned()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at")),
            status: Some(of("active")),
            tag_name: Some("web".to_owned()),
            vpc_uuid: Some(uuid())
        }),
        (
            Some(&uuid()),
            Some(2),
            Some(50),
            Some(&uuid()),
            Some("web & co+1"),
            Some("fra"),
            Some(of("-created_at")),
            Some(of("active")),
            Some("web"),
            Some(&uuid())
        )
    );
    both!(pair, put_stacklet(7, &body("StackletInput")), (7, None, None, &body("StackletInput")));
    both!(pair, run_stacklet_action(7, &body("RunStackletActionBody")), (7, None, &body("RunStackletActionBody")));
}

async fn userdata(pair: &mut Pair) {
    both!(pair, create_userdata(&body("UserdataInput")), (None, &body("UserdataInput")));
    both!(pair, delete_userdata(uuid()), (&uuid(), None));
    both!(pair, get_userdata(uuid()), (&uuid(), None));
    both!(
        pair,
        list_userdata(ListUserdataQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some("web & co+1"), Some(of("-created_at")))
    );
    both!(pair, put_userdata(uuid(), &body("UserdataInput")), (&uuid(), None, None, &body("UserdataInput")));
}

async fn volumes(pair: &mut Pair) {
    both!(pair, create_volume(&body("VolumeCreate")), (None, &body("VolumeCreate")));
    both!(pair, delete_volume(uuid()), (&uuid(), None));
    both!(pair, get_volume(uuid()), (&uuid(), None));
    both!(
        pair,
        list_volumes(ListVolumesQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at")),
            stacklet_id: Some(11)
        }),
        (Some(2), Some(50), Some("web & co+1"), Some("fra"), Some(of("-created_at")), Some(11))
    );
    both!(pair, put_volume(uuid(), &body("VolumeInput")), (&uuid(), None, None, &body("VolumeInput")));
    both!(pair, run_volume_action(uuid(), &body("RunVolumeActionBody")), (&uuid(), None, &body("RunVolumeActionBody")));
}

async fn vpcs(pair: &mut Pair) {
    both!(pair, create_vpc(&body("VpcInput")), (None, &body("VpcInput")));
    both!(pair, delete_vpc(uuid()), (&uuid(), None));
    both!(pair, get_vpc(uuid()), (&uuid(), None));
    both!(
        pair,
        list_vpc_members(uuid(), ListVpcMembersQuery { page: Some(2), per_page: Some(50) }),
        (&uuid(), Some(2), Some(50))
    );
    both!(
        pair,
        list_vpcs(ListVpcsQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at"))
        }),
        (Some(2), Some(50), Some("web & co+1"), Some("fra"), Some(of("-created_at")))
    );
    both!(pair, put_vpc(uuid(), &body("VpcInput")), (&uuid(), None, None, &body("VpcInput")));
}

async fn backups(pair: &mut Pair) {
    both!(pair, delete_backup(7), (7, None));
    both!(pair, get_backup(7), (7, None));
    both!(
        pair,
        list_backups(ListBackupsQuery {
            page: Some(2),
            per_page: Some(50),
            sort: Some(of("-created_at")),
            stacklet_id: Some(11)
        }),
        (Some(2), Some(50), Some(of("-created_at")), Some(11))
    );
    both!(pair, run_backup_action(7, &body("ConvertBackup")), (7, None, &body("ConvertBackup")));
}

async fn snapshots(pair: &mut Pair) {
    both!(pair, delete_snapshot(7), (7, None));
    both!(pair, get_snapshot(7), (7, None));
    both!(
        pair,
        list_snapshots(ListSnapshotsQuery {
            page: Some(2),
            per_page: Some(50),
            query: Some("web & co+1".to_owned()),
            region: Some("fra".to_owned()),
            sort: Some(of("-created_at")),
            stacklet_id: Some(11)
        }),
        (Some(2), Some(50), Some("web & co+1"), Some("fra"), Some(of("-created_at")), Some(11))
    );
    both!(pair, run_snapshot_action(7, &body("RunSnapshotActionBody")), (7, None, &body("RunSnapshotActionBody")));
}

async fn account(pair: &mut Pair) {
    both!(pair, get_profile(), (None));
}

async fn regions(pair: &mut Pair) {
    both!(pair, get_region("fra"), ("fra", None));
    both!(pair, list_regions(ListRegionsQuery { page: Some(2), per_page: Some(50) }), (Some(2), Some(50)));
}

async fn sizes(pair: &mut Pair) {
    both!(pair, get_size("fra"), ("fra", None));
    both!(pair, list_sizes(ListSizesQuery { page: Some(2), per_page: Some(50) }), (Some(2), Some(50)));
}

async fn tasks(pair: &mut Pair) {
    both!(pair, get_task(7), (7, None));
    both!(
        pair,
        list_tasks(ListTasksQuery {
            page: Some(2),
            per_page: Some(50),
            resource_type: Some(of("volume")),
            sort: Some(of("-created_at")),
            status: Some(of("in_progress"))
        }),
        (Some(2), Some(50), Some(of("volume")), Some(of("-created_at")), Some(of("in_progress")))
    );
}

async fn images(pair: &mut Pair) {
    both!(pair, list_applications(ListApplicationsQuery { page: Some(2), per_page: Some(50) }), (Some(2), Some(50)));
    both!(pair, list_containers(ListContainersQuery { page: Some(2), per_page: Some(50) }), (Some(2), Some(50)));
    both!(pair, list_distributions(ListDistributionsQuery { page: Some(2), per_page: Some(50) }), (Some(2), Some(50)));
}
