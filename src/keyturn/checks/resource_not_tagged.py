"""
A database, a key, a secret or a function has no tags.

Tags tell whose a resource is, what it is for and who pays for it. Policies and reports can go by them, names they cannot.

Fix: give it tags, such as an owner and an environment.

Why it matters: what nobody knows the owner of is neither rotated nor deleted.

Scope: clusters and instances, KMS keys, secrets, log groups and functions that declare none; those that a whole stack or provider is given
are not seen here

Noticed: on the bill, or by an audit

Recovery: add tags; nothing is interrupted

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.graph import Graph, Resource

TAGGED = (
    *("AWS::KMS::Key", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"),
    "AWS::SecretsManager::Secret",
)


@check(*TAGGED, verdict=Verdict.WEAK)
def resource_not_tagged(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.get("Tags") in (None, (), {}):
        yield Finding(resource.at("Tags"), "it has no tags", hint="give it an owner and an environment")
