"""
A log group is encrypted with a KMS key that CloudWatch Logs may not use.

CloudWatch Logs calls KMS as itself, the service principal `logs.<region>.amazonaws.com`, with the log group's ARN as encryption
context. A key policy that admits only the account's root says nothing about a service: IAM policies never apply to a service
principal, so whatever rights the deployer has, creating the log group fails.

Fix: allow that principal the six actions, for the encryption context of this log group only. The statement is built from names, not
from the log group's attributes, so that key and log group do not depend on each other.

Why it matters: a log group without its key either does not exist, and the function's logs go to an implicit one that nobody encrypts,
or the whole stack is rolled back.

Scope: every CloudWatch Logs log group with a customer managed key

Noticed: at deployment, when the log group is created or the key is associated with it

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again; nothing has to be recreated

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use
from keyturn.facts import logs
from keyturn.facts.keys import KeyUser
from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value

SOURCE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"


@check("AWS::Logs::LogGroup", verdict=Verdict.REFUSED)
def kms_key_denies_logs(group: Resource, graph: Graph) -> Iterator[Outcome]:
    arn = group.arn if isinstance(group.arn, str) else Unknown("the log group's name is not known")
    regional, *others = logs.accepted_principals(group.region, group.partition)
    principal = Text(regional, ("logs.", Ref("AWS::Region"), regional.partition(group.region)[2]))
    context = next(iter(logs.encryption_context(str(arn))))
    use = Use(
        KeyUser(principal, logs.KMS_ACTIONS, logs.DOCUMENTED_ACTIONS, SOURCE),
        group.at("KmsKeyId"),
        f"for the log group {group}",
        sends={context: arn if isinstance(arn, Unknown) else logs.group_arn(arn)},
        only={"ArnEquals": {context: _arn(group)}},
        error=logs.key_refused(
            str(arn)
            if isinstance(arn, str)
            else f"arn:{group.partition}:logs:{group.region}:{group.account}:log-group:…"
        ),
        also_known_as=tuple(others),
        sid=logs.SID,
        scope="for this log group only",
    )
    yield from may_use(group, "KmsKeyId", use=use, graph=graph)


def _arn(group: Resource) -> Value:
    """The log group's ARN, made from its name as the user wrote it; of every log group, when AWS will choose the name."""
    name = group.get("LogGroupName")
    last = name if isinstance(name, str) else "*"
    parts = last.parts if isinstance(last, Text) else (last,)
    places = ("arn:", Ref("AWS::Partition"), ":logs:", Ref("AWS::Region"), ":", Ref("AWS::AccountId"), ":log-group:")
    return Text(f"arn:{group.partition}:logs:{group.region}:{group.account}:log-group:{last}", (*places, *parts))
