"""
A database, a secret or a log group is encrypted with a key of AWS's, not with one of your own.

AWS's keys cost nothing and need no policy. Nobody can limit who uses them, share them with another account, or see in one place what they
were used for.

Fix: name a KMS key of your own.

Why it matters: a secret under AWS's key cannot be read from another account, and who decrypts what is for IAM alone to say.

Scope: clusters, instances that are members of none, secrets and log groups

Noticed: by an audit

Recovery: name the key; a database has to be restored from a snapshot that was copied with it

Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
  https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import restored, true
from keyturn.checks.evidence.keys import aws_managed
from keyturn.graph import Graph, Resource

HOLDERS = ("AWS::Logs::LogGroup", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::SecretsManager::Secret")


@check(*HOLDERS, verdict=Verdict.WEAK)
def key_not_own(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    if holder.type.startswith("AWS::RDS::") and not true(holder.get("StorageEncrypted")):
        return  # It is not encrypted at all, or a member, which has the key of its cluster.
    if restored(holder):
        return
    named = holder.get("KmsKeyId")
    if named is None or aws_managed(named):
        yield Finding(
            at=holder.at("KmsKeyId"),
            message="it is encrypted with a key of AWS's",
            hint="name a KMS key of your own",
        )
