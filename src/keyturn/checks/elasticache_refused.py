"""
A cache's settings contradict each other.

A password (`AuthToken`) goes over TLS only, and is 16 to 128 characters long. A key of one's own encrypts only where encryption at rest
is on. Failover needs a replica to fail over to, and several zones need failover.

Fix: turn on what the other one needs.

Why it matters: the cache is not created, and the stack is rolled back.

Scope: replication groups of ElastiCache

Noticed: at deployment, when the replication group is created

Recovery: change the settings and deploy again

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
  https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.presence import given, off
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

_PASSWORD = re.compile(r"[\x21-\x7e]{16,128}")
_NOT_IN_PASSWORDS = frozenset('/"@')
BAD_PASSWORD = AwsError(
    "InvalidParameterValue",
    "Invalid AuthToken provided.",
)


def _invalid(text: str) -> AwsError:
    return AwsError("InvalidParameterCombination", text)


@check("AWS::ElastiCache::ReplicationGroup", verdict=Verdict.REFUSED)
def elasticache_refused(group: Resource, graph: Graph) -> Iterator[Outcome]:
    password = group.get("AuthToken")
    if given(group, "AuthToken") and off(group, "TransitEncryptionEnabled"):
        yield Finding(
            at=group.at("AuthToken"),
            message=f"{group} has a password, and no encryption in transit to send it over",
            error=_invalid("AuthToken is only supported when encryption-in-transit is enabled"),
            fix=Fix("turn on encryption in transit", group.at("TransitEncryptionEnabled"), replace=True),
        )
    if isinstance(password, str) and not (_PASSWORD.fullmatch(password) and _NOT_IN_PASSWORDS.isdisjoint(password)):
        yield Finding(
            at=group.at("AuthToken"),
            message='the password is not 16 to 128 printable characters without /, " and @',
            error=BAD_PASSWORD,
            hint="take another one, out of a secret",
        )
    if given(group, "KmsKeyId") and off(group, "AtRestEncryptionEnabled"):
        yield Finding(
            at=group.at("KmsKeyId"),
            message=f"{group} has a key to encrypt with, and encryption at rest is off",
            error=_invalid("Please enable encryption at rest to use Customer Managed CMK"),
            fix=Fix("turn on encryption at rest", group.at("AtRestEncryptionEnabled"), replace=True),
        )
    yield from _failover(group)


def _failover(group: Resource) -> Iterator[Finding]:
    failover = group.get("AutomaticFailoverEnabled")
    if group.get("MultiAZEnabled") in (True, "true") and off(group, "AutomaticFailoverEnabled"):
        yield Finding(
            at=group.at("MultiAZEnabled"),
            message=f"{group} is to be in several zones, and does not fail over",
            error=_invalid("Must enable automatic failover when multi-AZ is enabled"),
            fix=Fix("turn on failover", group.at("AutomaticFailoverEnabled"), replace=True),
        )
    nodes = group.get("NumCacheClusters")
    shards = group.get("NumNodeGroups") or group.get("ReplicasPerNodeGroup") or group.get("NodeGroupConfiguration")
    if failover in (True, "true") and shards is None and str(nodes) == "1":
        yield Finding(
            at=group.at("NumCacheClusters"),
            message=f"{group} is to fail over, and has no replica to fail over to",
            error=_invalid(
                "When using automatic failover, there must be at least 2 cache clusters in the replication group."
            ),
            fix=Fix("have two", group.at("NumCacheClusters"), replace=2),
        )
