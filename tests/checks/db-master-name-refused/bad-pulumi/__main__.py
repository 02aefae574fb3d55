"""A PostgreSQL database whose master user has a reserved name."""

import pulumi_aws as aws

aws.rds.Instance(
    "database",
    engine="postgres",
    engine_version="16.9",
    instance_class="db.m6g.large",
    allocated_storage=100,
    username="admin",
    manage_master_user_password=True,
    storage_encrypted=True,
)
