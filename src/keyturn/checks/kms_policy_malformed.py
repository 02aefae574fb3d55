"""
A key's policy is not a policy that KMS accepts.

KMS reads the policy when the key is made: its elements, its principals, its operators. One misspelt element, and there is no key.

Fix: write the element as the finding says.

Why it matters: everything that is encrypted with the key waits for it, so all of the stack is rolled back.

Scope: every key with a policy

Noticed: at deployment, when the key is created or its policy is changed

Recovery: mend the policy and deploy again; a key that exists keeps its old policy

Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.documents import parsed
from keyturn.checks.evidence.keys import KEYS
from keyturn.graph import Graph, Resource, Unknown
from keyturn.policy import Faults, Sort, kms


@check(*KEYS, verdict=Verdict.REFUSED)
def kms_policy_malformed(key: Resource, graph: Graph) -> Iterator[Outcome]:
    policy = key.get("KeyPolicy")
    if policy is None or isinstance(policy, Unknown):
        return
    found = parsed(key, ("KeyPolicy",), Sort.RESOURCE)
    for fault in found if isinstance(found, Faults) else kms.refusals(found):
        yield Finding(
            at=key.at("KeyPolicy", *fault.path),
            message=fault.message,
            hint=fault.hint or "see the elements of a policy statement in the IAM User Guide",
        )
