"""
A service writes logs into a log group that it encrypts with a KMS key CloudWatch Logs may not use.

Glue makes the log groups of its jobs itself, and gives them the key of its security configuration; so does Managed Airflow with the key of
its environment. CloudWatch Logs encrypts with the key of an anomaly detector what it finds. As for every log group, the key's policy has
to admit `logs.<region>.amazonaws.com`.

Fix: allow that principal in the key's policy, for the log groups of this account.

Why it matters: the first run of the job fails when it wants to write its log.

Scope: Glue security configurations with encryption of logs; Managed Airflow environments and anomaly detectors of logs with a key

Noticed: when the first job runs

Recovery: put the statement into the key's policy (`aws kms put-key-policy`) and run the job again

Source: https://docs.aws.amazon.com/glue/latest/dg/set-up-encryption.html
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use
from keyturn.facts import logs
from keyturn.facts.keys import KeyUser
from keyturn.graph import Graph, Path, Ref, Resource, Text, Unknown

PLACES: dict[str, tuple[Path, Verdict | None]] = {
    "AWS::Glue::SecurityConfiguration": (("EncryptionConfiguration", "CloudWatchEncryption", "KmsKeyArn"), None),
    # What its guide asks of the key was not read.
    "AWS::MWAA::Environment": (("KmsKey",), Verdict.WEAK),
    "AWS::Logs::LogAnomalyDetector": (("KmsKeyId",), Verdict.WEAK),
}
GROUPS = {
    "AWS::Glue::SecurityConfiguration": "log-group:/aws-glue/jobs",
    "AWS::MWAA::Environment": "log-group:/airflow-environment",
    "AWS::Logs::LogAnomalyDetector": "anomaly-detector:1",
}
"""How the names of what they write begin."""


@check(*PLACES, verdict=Verdict.DEAD)
def kms_key_denies_job_logs(service: Resource, graph: Graph) -> Iterator[Outcome]:
    path, verdict = PLACES[service.type]
    if service.type == "AWS::MWAA::Environment" and service.get("LoggingConfiguration") is None:
        return
    regional, *others = logs.accepted_principals(service.region, service.partition)
    principal = Text(regional, ("logs.", Ref("AWS::Region"), regional.partition(service.region)[2]))
    context = f"kms:EncryptionContext:{logs.CONTEXT_KEY}"
    groups = Text(
        f"arn:{service.partition}:logs:{service.region}:{service.account}:*",
        ("arn:", Ref("AWS::Partition"), ":logs:", Ref("AWS::Region"), ":", Ref("AWS::AccountId"), ":*"),
    )
    use = Use(
        KeyUser(
            principal,
            logs.KMS_ACTIONS,
            logs.DOCUMENTED_ACTIONS,
            "https://docs.aws.amazon.com/glue/latest/dg/set-up-encryption.html",
        ),
        service.at(*path),
        f"for the log groups of {service}",
        sends={context: Unknown("the service chooses the names of its log groups")},
        likely={context: f"arn:{service.partition}:logs:{service.region}:{service.account}:{GROUPS[service.type]}"},
        only={"ArnLike": {context: groups}},
        also_known_as=tuple(others),
        verdict=verdict,
        scope="for the log groups of this account",
    )
    yield from may_use(service, *path, use=use, graph=graph)
