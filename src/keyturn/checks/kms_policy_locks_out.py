"""
A key's policy lets nobody of the account change it.

A key belongs to no one but by its policy. A policy that admits services only, or a deny that leaves nobody, could never be changed again,
so KMS asks whether whoever sets it could set it once more.

Fix: let the account's root in (`arn:aws:iam::<account>:root`, `kms:*`), as the default policy does; IAM decides about the rest.

Why it matters: the key is refused. With BypassPolicyLockoutSafetyCheck it is made, and only AWS Support can help.

Scope: every key with a policy

Noticed: at deployment, when the key is created or its policy is changed

Recovery: mend the policy and deploy again; for a key that is already locked, open a case with AWS Support

Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
  https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.documents import parsed
from keyturn.checks.evidence.keys import KEYS, admit
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value
from keyturn.policy import BadRequest, Faults, Sort, identify, kms


@check(*KEYS, verdict=Verdict.REFUSED)
def kms_policy_locks_out(key: Resource, graph: Graph) -> Iterator[Outcome]:
    policy = key.get("KeyPolicy")
    if policy is None or isinstance(policy, Unknown):
        return
    root = f"arn:{key.partition}:iam::{key.account}:root"
    deployer = f"arn:{key.partition}:iam::{key.account}:role/deployer"
    answers = []
    document = parsed(key, ("KeyPolicy",), Sort.RESOURCE)
    if isinstance(document, Faults):
        return  # kms-policy-malformed tells.
    for caller in itertools.chain((root, deployer), _named(policy, key)):
        answers.append(kms.keeps_administrator(document, key=str(key.arn), caller=caller).decision)
        if answers[-1] == "allowed":
            return
    if "undecided" in answers:
        yield Undecided(key.at("KeyPolicy"), "who may change the policy depends on something that is not known")
        return
    bypassed = str(key.get("BypassPolicyLockoutSafetyCheck")).lower() == "true"
    statement = {"Effect": "Allow", "Principal": {"AWS": _root(key)}, "Action": "kms:*", "Resource": "*"}
    explicitly = "explicitly_denied" in answers
    yield Finding(
        at=key.at("KeyPolicy"),
        message="nobody of the account could ever change this policy again",
        error=None
        if bypassed
        else AwsError(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        ),
        fix=None if explicitly else admit(key, statement, "let the account's root in"),
        hint="a statement denies it to everybody: restrict that one" if explicitly else "",
        verdict=Verdict.DEAD if bypassed else None,
    )


def _root(key: Resource) -> Text:
    return Text(
        f"arn:{key.partition}:iam::{key.account}:root",
        ("arn:", Ref("AWS::Partition"), ":iam::", Ref("AWS::AccountId"), ":root"),
    )


def _named(policy: Value, key: Resource) -> Iterator[str]:
    """The principals of the account that the policy names: any of them may be who deploys it."""
    for text in set(_texts(policy)):
        try:
            principal = identify(text)
        except BadRequest:
            continue
        if principal.account == key.account:
            yield text


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
