"""
A log group names its KMS key by something other than its ARN.

CloudWatch Logs takes a key's ARN only. `!Ref` of a key gives its id, which elsewhere is as good.

Fix: refer to the ARN: `!GetAtt Key.Arn`.

Why it matters: the log group is refused, with an error that says the key could not be found.

Scope: every CloudWatch Logs log group with a KMS key

Noticed: at deployment, when the log group is created

Recovery: refer to the ARN and deploy again

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.keys import KEYS
from keyturn.facts import logs
from keyturn.graph import Graph, Ref, Resource, Text


@check("AWS::Logs::LogGroup", verdict=Verdict.REFUSED)
def log_group_key_not_an_arn(group: Resource, graph: Graph) -> Iterator[Outcome]:
    named = group.get("KmsKeyId")
    if not isinstance(named, str) or named.startswith("arn:"):
        return
    key = graph.follow(group, "KmsKeyId", types=KEYS)
    at = group.at("KmsKeyId")
    yield Finding(
        at=at,
        message=f"the key is named by its {'alias' if named.startswith('alias/') else 'id'}, and has to be by its ARN",
        error=logs.key_not_found(str(group.identity)),
        fix=Fix("refer to its ARN", at, replace=Text(str(key.arn), (Ref(key.name, "Arn"),))) if key else None,
        hint="" if key else "write arn:<partition>:kms:<region>:<account>:key/<id>",
    )
