"""A database with IOPS that cannot be chosen at its size."""

import pulumi_aws as aws

aws.rds.Instance(
    "database",
    engine="postgres",
    engine_version="16.9",
    instance_class="db.m6g.large",
    allocated_storage=100,
    username="keeper",
    manage_master_user_password=True,
    storage_encrypted=True,
    storage_type="gp3",
    iops=6000,
)
