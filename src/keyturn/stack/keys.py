"""Three keys: for the database's storage, for the secrets, and for the logs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from keyturn.facts import logs, partitions
from keyturn.stack.arguments import Arguments
from keyturn.stack.where import Where


@dataclass(frozen=True, slots=True)
class StackKeys:
    """The ARNs of the keys in use, made here or given; there is none for the storage of a cluster of one's own."""

    database: pulumi.Input[str] | None
    secrets: pulumi.Input[str]
    logs: pulumi.Input[str]


def keys(arguments: Arguments, where: Where, options: pulumi.ResourceOptions, *, log_group: str) -> StackKeys:
    """
    Make the keys that are not given. The database's outlives the stack if a final snapshot does, which nobody could read without it.

    Args:
        log_group: The name of the one log group that the logs key encrypts. The policy is made from the name, since the log group
            cannot be made before its key.
    """
    account = {
        "Sid": "EnableIamPermissions",
        "Effect": "Allow",
        "Principal": {"AWS": where.root},
        "Action": "kms:*",
        "Resource": "*",
    }
    partition = partitions.partition(where.region).name
    admit_logs = logs.key_statement(where.region, where.arn("logs", f"log-group:{log_group}"), partition)

    def key(kind: str, of: str, *statements: dict[str, object], keep: bool = False) -> pulumi.Output[str]:
        name = f"{kind}-kms-key"
        made = aws.kms.Key(
            arguments.name(name),
            description=f"{of} of {arguments.environment_suffix}",
            enable_key_rotation=True,
            deletion_window_in_days=30 if arguments.production else 7,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [account, *statements]}),
            tags=arguments.tagged(name),
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(retain_on_delete=keep)),
        )
        aws.kms.Alias(
            arguments.name(f"{kind}-kms-alias"),
            name=f"alias/{arguments.name(kind)}",
            target_key_id=made.key_id,
            opts=options,
        )
        return made.arn

    given = arguments.keys
    storage: pulumi.Input[str] | None = given.database
    if storage is None and arguments.cluster is None:
        storage = key("database", "database storage", keep=arguments.snapshot)
    return StackKeys(
        database=storage,
        secrets=given.secrets or key("secrets", "database secrets"),
        logs=given.logs or key("logs", "function logs", admit_logs),
    )
