"""
The policies of secrets: which are taken, and which would let in everybody.

Source: API reference, PutResourcePolicy and ValidateResourcePolicy; read 2026-11. AWS asks an automated reasoner whether a policy is too
wide; here the evaluator is asked whether it lets a stranger in, of another account and organization, from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import protocol
from keyturn.local.authorization import Target, decide
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.identities import missing_identities
from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.lifecycle import live
from keyturn.local.secretsmanager.vault import Vault
from keyturn.policy import Faults, Request, Sort, evaluate, parse

DEFAULT = "default"
"""The name of the only policy that can be put."""
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
STRANGER = {
    "aws:PrincipalOrgID": "o-0stranger0",
    "aws:PrincipalOrgPaths": ["o-0stranger0/r-0000/"],
    "aws:SourceIp": "198.51.100.7",
}
"""What policies see of one, beside the account and the ARN."""


class Policies:
    """Answers for the vault of whatever region is called."""

    def __init__(self, vault: Callable[[str], Vault], may: Callable[[Call, Mapping[str, Any]], None]) -> None:
        """
        Args:
            may: Raises Refused where a caller may not make another call, which theirs stands for.
        """
        self._vault = vault
        self._may = may

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:PutResourcePolicy": self.put,
            "secretsmanager:GetResourcePolicy": self.get,
            "secretsmanager:DeleteResourcePolicy": self.delete,
            "secretsmanager:ListResourcePolicies": self.list,
            "secretsmanager:ValidateResourcePolicy": self.validate,
        }

    def put(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        _only_default(parameters)
        vault = self._vault(call.region)
        with vault.lock:
            secret = live(vault, parameters)
            policy = parameters["ResourcePolicy"]
            if wrong := _malformed(call, policy):
                raise errors.malformed_policy(wrong)
            if parameters.get("BlockPublicPolicy") and _is_public(policy, secret.arn):
                raise errors.public_policy()
            secret.policy = policy
            return {"ARN": secret.arn, "Name": secret.name, "PolicyName": DEFAULT}

    def get(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters.get("PolicyName", DEFAULT) != DEFAULT:
            raise Refused("ResourceNotFoundException", "Secrets Manager can't find the specified resource policy.")
        secret = live(self._vault(call.region), parameters)
        named = {"PolicyName": DEFAULT} if secret.policy else {}
        return {"ARN": secret.arn, "Name": secret.name, "ResourcePolicy": secret.policy, **named}

    def delete(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        _only_default(parameters)
        vault = self._vault(call.region)
        with vault.lock:
            secret = live(vault, parameters)
            secret.policy = None
            return {"ARN": secret.arn, "Name": secret.name, "PolicyName": DEFAULT}

    def list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if parameters.get("NextToken"):
            raise errors.no_such_page()  # There is one page at most.
        secret = live(self._vault(call.region), parameters)
        return {"ResourcePolicies": [{"PolicyName": DEFAULT}] if secret.policy else []}

    def validate(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        self._may(replace(call, operation="PutResourcePolicy"), parameters)
        policy = parameters["ResourcePolicy"]
        arn = live(self._vault(call.region), parameters).arn if parameters.get("SecretId") else _any_secret(call)
        wrong = [("SYNTAX", _malformed(call, policy))]
        if not wrong[0][1]:
            if _is_public(policy, arn):
                wrong.append(("PUBLIC_ACCESS", "The resource policy does not prevent broad access to the secret."))
            if _locks_out(call, policy, arn):
                wrong.append(("LOCKOUT", "The resource policy would keep you from changing it again."))
        told = [{"CheckName": name, "ErrorMessage": message} for name, message in wrong if message]
        return {"PolicyValidationPassed": not told, "ValidationErrors": told}


def _only_default(parameters: dict[str, Any]) -> None:
    if parameters.get("PolicyName", DEFAULT) != DEFAULT:
        raise errors.invalid("PolicyName: only the policy `default` can be changed.")


def _any_secret(call: Call) -> str:
    return f"arn:{partition(call.region).name}:secretsmanager:{call.region}:{call.account}:secret:any-AbCdEf"


def _malformed(call: Call, policy: str) -> str:
    """What is wrong with a policy, whatever it allows; empty when nothing is."""
    found = parse(policy, Sort.RESOURCE)
    if isinstance(found, Faults):
        return f"This resource policy contains a syntax error: {found[0]}"
    missing = any(missing_identities(call.account, policy))
    return "This resource policy contains an unsupported principal." if missing else ""


def _is_public(policy: str, arn: str) -> bool:
    """Whether a policy lets a stranger do anything to a secret."""
    names = arn.split(":")[1]
    stranger = f"arn:{names}:iam::000000000000:user/stranger"
    return any(
        evaluate(
            Request(stranger, f"secretsmanager:{operation}", arn, context=STRANGER),
            identity_policies=[ANYTHING],
            resource_policy=policy,
        ).allowed
        for operation in _operations()
    )


def _locks_out(call: Call, policy: str, arn: str) -> bool:
    """Whether a policy denies whoever puts it to change it."""
    asked = decide(call.caller, "secretsmanager:PutResourcePolicy", Target(arn, policy=policy), region=call.region)
    return asked.decision == "explicitly_denied"


@cache
def _operations() -> tuple[str, ...]:
    return tuple(protocol.model("secretsmanager").operation_names)
