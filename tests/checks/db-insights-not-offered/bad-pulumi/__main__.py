"""A small database with Performance Insights, which its class does not have."""

import pulumi_aws as aws

aws.rds.Instance(
    "database",
    engine="mysql",
    engine_version="8.4.8",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    username="keeper",
    manage_master_user_password=True,
    storage_encrypted=True,
    performance_insights_enabled=True,
)
