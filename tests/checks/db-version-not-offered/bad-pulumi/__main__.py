"""A database of a version that RDS has withdrawn."""

import pulumi_aws as aws

aws.rds.Instance(
    "database",
    engine="postgres",
    engine_version="15.3",
    instance_class="db.m6g.large",
    allocated_storage=100,
    username="keeper",
    manage_master_user_password=True,
    storage_encrypted=True,
)
