"""An Aurora MySQL cluster with an instance of a class that its engine version does not offer."""

import pulumi
import pulumi_aws as aws

suffix = pulumi.Config().require("environmentSuffix")
tags = {"Environment": suffix, "CostCenter": "platform", "Compliance": "credential-rotation"}

vpc = aws.ec2.Vpc(
    f"vpc-{suffix}",
    cidr_block="10.0.0.0/16",
    enable_dns_support=True,
    enable_dns_hostnames=True,
    tags={**tags, "Name": f"vpc-{suffix}"},
)

zones = aws.get_availability_zones(state="available").names
private_subnets = [
    aws.ec2.Subnet(
        f"private-subnet-{number}-{suffix}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{number}.0/24",
        availability_zone=zones[number],
        tags={**tags, "Name": f"private-subnet-{number}-{suffix}"},
    )
    for number in range(2)
]

subnet_group = aws.rds.SubnetGroup(
    f"aurora-subnet-group-{suffix}", subnet_ids=[subnet.id for subnet in private_subnets], tags=tags
)

db_cluster = aws.rds.Cluster(
    f"aurora-cluster-{suffix}",
    cluster_identifier=f"aurora-cluster-{suffix}",
    engine=aws.rds.EngineType.AURORA_MYSQL,
    engine_version="8.0.mysql_aurora.3.04.0",
    database_name="appdb",
    master_username="admin",
    manage_master_user_password=True,
    db_subnet_group_name=subnet_group.name,
    storage_encrypted=True,
    skip_final_snapshot=True,
    tags={**tags, "Name": f"aurora-cluster-{suffix}"},
)

db_instance = aws.rds.ClusterInstance(
    f"aurora-instance-{suffix}",
    identifier=f"aurora-instance-{suffix}",
    cluster_identifier=db_cluster.id,
    instance_class="db.t3.small",
    engine=aws.rds.EngineType.AURORA_MYSQL,
    engine_version="8.0.mysql_aurora.3.04.0",
    publicly_accessible=False,
    tags={**tags, "Name": f"aurora-instance-{suffix}"},
)

pulumi.export("endpoint", db_cluster.endpoint)
