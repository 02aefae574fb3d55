"""
STS: roles are assumed by whom they trust, and sessions are known for what they are.

Source: STS API reference, AssumeRole and GetCallerIdentity; IAM user guide, "Unique identifiers".
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.authorization import Target, decide, denial
from keyturn.local.call import Call, Caller, Handler, Refused
from keyturn.local.callers import Callers
from keyturn.local.clock import Clock
from keyturn.local.identities import find_role

HOUR = 3600
NOT_HERE = ("Policy", "PolicyArns", "SourceIdentity", "SerialNumber")
"""Parameters of AssumeRole whose effect is not here; they are refused rather than passed over."""


class Sts:
    """The operations in front of moto's."""

    def __init__(self, clock: Clock, callers: Callers) -> None:
        self._clock = clock
        self._callers = callers

    def handlers(self) -> dict[str, Handler]:
        return {"sts:AssumeRole": self._assume, "sts:GetCallerIdentity": self._who}

    def _assume(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if missing := next((name for name in NOT_HERE if parameters.get(name)), None):
            raise NotImplementedError(f"the local AWS does not assume roles with {missing}")
        arn, name = parameters["RoleArn"], parameters["RoleSessionName"]
        role = find_role(call.account, partition(call.region).name, arn)
        if role is None:
            raise _denied(call.caller, arn, "")
        if not call.caller.free:
            context = {"sts:ExternalId": parameters["ExternalId"]} if parameters.get("ExternalId") else {}
            target = Target(arn, policy=role.assume_role_policy_document, context=context)
            decision = decide(call.caller, "sts:AssumeRole", target, region=call.region)
            if not decision.allowed:
                raise _denied(call.caller, arn, denial(call.caller.arn, "sts:AssumeRole", arn, decision))
        prefix = f"arn:{partition(call.region).name}:sts::{call.account}:assumed-role"
        session = Caller(f"{prefix}/{role.name}/{name}", call.account, "role", role.name, unbound=self._callers.free)
        credentials = self._callers.give(session)
        ends = self._clock.now() + timedelta(seconds=parameters.get("DurationSeconds") or HOUR)
        return {
            "Credentials": {
                "AccessKeyId": credentials.access_key,
                "SecretAccessKey": credentials.secret_key,
                "SessionToken": credentials.token,
                "Expiration": ends,
            },
            "AssumedRoleUser": {"AssumedRoleId": f"{role.id}:{name}", "Arn": session.arn},
        }

    def _who(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        caller = call.caller
        return {"UserId": _id(caller, partition(call.region).name), "Account": caller.account, "Arn": caller.arn}


def _denied(caller: Caller, role: str, text: str) -> Refused:
    told = text or f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role}"
    return Refused("AccessDenied", told, 403)


def _id(caller: Caller, place: str) -> str:
    """The unique id of a caller: an account's number, a user's id, a role's with the name of the session."""
    if caller.kind == "root":
        return caller.account
    if caller.kind == "role" and (role := find_role(caller.account, place, caller.name)) is not None:
        return f"{role.id}:{caller.arn.rpartition('/')[2]}"
    prefix = "AIDA" if caller.kind == "user" else "AROA"
    return prefix + hashlib.sha256(caller.arn.encode()).hexdigest()[:17].upper()
