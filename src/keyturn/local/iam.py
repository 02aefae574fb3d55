"""IAM: policies are read before they are taken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from keyturn.facts import managed_policies, policies
from keyturn.facts.partitions import partition
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend
from keyturn.policy import Faults, Sort, parse

MANAGED = ("CreatePolicy", "CreatePolicyVersion")
INLINE = ("PutGroupPolicy", "PutRolePolicy", "PutUserPolicy")
ATTACHING = ("AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy")

_SID = re.compile(r"[A-Za-z0-9]*")


class Iam:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            **{f"iam:{name}": self._make for name in MANAGED},
            **{f"iam:{name}": self._put for name in INLINE},
            **{f"iam:{name}": self._attach for name in ATTACHING},
            "iam:CreateRole": self._trust,
            "iam:DeletePolicy": self._delete_policy,
            "iam:UpdateAssumeRolePolicy": self._trust,
        }

    def _make(self, call: Call, parameters: dict[str, Any]) -> Answer:
        document = parameters.get("PolicyDocument", "")
        check(document, Sort.IDENTITY)
        if json.loads(document).get("Version") != "2012-10-17":
            raise Refused.with_error(policies.VERSION_REFUSED)
        return self._rest(call)

    def _put(self, call: Call, parameters: dict[str, Any]) -> Answer:
        check(parameters.get("PolicyDocument", ""), Sort.IDENTITY)
        _admit_older_versions()
        return self._rest(call)

    def _trust(self, call: Call, parameters: dict[str, Any]) -> Answer:
        check(parameters.get("AssumeRolePolicyDocument") or parameters.get("PolicyDocument", ""), Sort.RESOURCE)
        return self._rest(call)

    def _delete_policy(self, call: Call, parameters: dict[str, Any]) -> Answer:
        held = backend("iam", call.account, partition(call.region).name).managed_policies
        policy = held.get(parameters.get("PolicyArn"))
        if policy is not None and policy.attachment_count:
            raise Refused("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
        return self._rest(call)

    def _attach(self, call: Call, parameters: dict[str, Any]) -> Answer:
        owner, _, name = parameters.get("PolicyArn", "").partition(":policy/")
        if owner.endswith(":iam::aws") and managed_policies.for_services_only(name):
            raise Refused.with_error(managed_policies.NOT_ATTACHABLE)
        return self._rest(call)


def check(document: str, sort: Sort) -> None:
    """
    See whether IAM takes a policy.

    Raises:
        Refused: It does not.
    """
    if isinstance(parse(document, sort), Faults):
        raise Refused.with_error(policies.MALFORMED)
    statements = json.loads(document).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        if not _SID.fullmatch(statement.get("Sid", "")):
            raise Refused.with_error(policies.SID_REFUSED)


def _admit_older_versions() -> None:
    """Make moto take policies of all versions: it asks of inline ones what IAM asks of managed ones only."""
    from moto.iam.policy_validation import BaseIAMPolicyValidator

    validator: Any = BaseIAMPolicyValidator
    validator._validate_version = lambda _: None
