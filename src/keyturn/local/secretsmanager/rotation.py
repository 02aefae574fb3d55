"""
Rotation: four steps by a Lambda function, asked for or on schedule, tried again when they fail.

Source: Secrets Manager user guide, "Rotation by Lambda function" and "Schedule expressions"; API reference, RotateSecret and
CancelRotateSecret; read 2026-11. How often and when AWS tries again is not documented; here it is RETRIES.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from keyturn.facts import rotation as facts
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Alarm, Clock
from keyturn.local.secretsmanager import errors, schedule
from keyturn.local.secretsmanager.secret import CURRENT, PENDING, Rotation, Secret, Version
from keyturn.local.secretsmanager.vault import Vault

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEST_ONLY = ("testSecret",)
FUNCTION = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_:$-]+")
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After what time a failed rotation is tried again with the same token; after the last one it waits for its schedule."""


class Functions(Protocol):
    """What rotation needs of Lambda."""

    def admits(self, arn: str, principal: str, source_arn: str) -> bool:
        """Whether the function's policy lets a service of AWS invoke it for a resource of this account."""
        ...

    def invoke(self, arn: str, payload: bytes) -> bool:
        """Run it and wait for its end; whether it ended well."""
        ...


Manager = Callable[[Secret, dict[str, Any], bool], str]
"""Rotates a secret that a service manages, by new rules if there are any, at once or not; gives the version that is current then."""

Told = Callable[[str, Secret, str], None]
"""Is told what happened in a rotation, as a `Chronicle` has it: the event, the secret, the version."""


class Rotator:
    """Rotates the secrets of one account."""

    def __init__(
        self,
        vault: Callable[[str], Vault],
        clock: Clock,
        functions: Functions,
        told: Told,
        may: Callable[[Call, Mapping[str, Any]], None],
    ) -> None:
        """
        Args:
            may: Raises Refused where a caller may not make another call, which theirs stands for.
        """
        self._may = may
        self._vault = vault
        self._clock = clock
        self._functions = functions
        self._told = told
        self._managers: dict[str, Manager] = {}
        self._alarms: dict[str, Alarm] = {}
        self._running: set[str] = set()
        self._stopped = False

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:RotateSecret": self.rotate,
            "secretsmanager:CancelRotateSecret": self.cancel,
        }

    def manage(self, owner: str, manager: Manager) -> None:
        """Leave the secrets that a service owns to it."""
        self._managers[owner] = manager

    def stop(self) -> None:
        """Begin nothing more, and wait for what is running."""
        self._stopped = True
        self._clock.settle(10)

    def resume(self, vault: Vault, secret: Secret) -> None:
        """Take up the rotation of a secret that was kept: one that is not complete is tried again, another waits for its time."""
        rotation = secret.rotation
        if rotation is None or not rotation.enabled or not rotation.function:
            return
        pending = secret.holder(PENDING)
        self._disarm(secret)
        if pending is not None and secret.rotating:
            token = pending.id
            self._arm(secret, RETRIES[0], lambda: self._run(vault, secret, token, 1))
        elif rotation.next is not None:
            self._arm(secret, rotation.next[0] - self._clock.now(), lambda: self._on_schedule(vault, secret))

    def restored(self, vault: Vault, secret: Secret) -> None:
        """Take up the rotation of a secret that was to be deleted: what was due meanwhile waits for its next time."""
        rotation = secret.rotation
        if rotation and rotation.enabled and rotation.next and rotation.next[0] <= self._clock.now():
            self._plan(vault, secret)
        self.resume(vault, secret)

    def rotate(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            if secret.owner:
                return self._answer(secret, self._managed(secret, parameters))
            token = parameters["ClientRequestToken"]
            rules = parameters.get("RotationRules") or {}
            schedule.check(rules, self._clock.now())
            rotation = secret.rotation or Rotation()
            function = parameters.get("RotationLambdaARN") or rotation.function
            if not function:
                raise Refused.with_error(facts.no_function())
            if not FUNCTION.fullmatch(function):
                raise errors.invalid("RotationLambdaARN is not the ARN of a Lambda function.")
            self._may(
                replace(call, service="lambda", operation="Invoke", region=function.split(":")[3]),
                {"FunctionName": function},
            )
            if not self._functions.admits(function, facts.PRINCIPAL, secret.arn):
                raise Refused.with_error(facts.cannot_invoke())
            if token in secret.versions and secret.versions[token].has_value:
                return self._answer(secret, token)
            if secret.rotating:
                raise errors.rotating()
            secret.rotation = rotation
            rotation.function = function
            rotation.enabled = True
            if rules:
                rotation.rules = dict(rules)
            self._plan(vault, secret)
            if parameters.get("RotateImmediately", True):
                self._begin(vault, secret, token)
            else:
                self._begin_test(vault, secret, token)
            return self._answer(secret, token)

    def _managed(self, secret: Secret, parameters: dict[str, Any]) -> str:
        """Source: Secrets Manager user guide, "Managed rotation": its schedule can be changed, and it can be rotated at once."""
        if parameters.get("RotationLambdaARN"):
            raise errors.impossible(
                f"You can't give a rotation function to a secret that is managed by {secret.owner}."
            )
        rules = parameters.get("RotationRules") or {}
        schedule.check(rules, self._clock.now())
        return self._managers[secret.owner](secret, rules, parameters.get("RotateImmediately", True))

    def cancel(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            if secret.rotation is not None:
                secret.rotation.enabled = False
            self._disarm(secret)
            pending = secret.holder(PENDING)
            return self._answer(secret, pending.id if pending else None)

    def written(self, secret: Secret, version: Version) -> None:
        """A value was written: one that became current by hand abandons a rotation, and counts as one."""
        if CURRENT not in version.stages:
            return
        pending = secret.holder(PENDING)
        if pending is not None and pending is not version:
            secret.unlabel(PENDING)
            if not pending.has_value:
                del secret.versions[pending.id]
            self._told("RotationAbandoned", secret, pending.id)
        rotation = secret.rotation
        if rotation is None:
            return
        rotation.last = self._clock.now()
        if rotation.enabled:
            self._plan(self._vault(secret.region), secret)

    def _answer(self, secret: Secret, token: str | None) -> dict[str, Any]:
        return {"ARN": secret.arn, "Name": secret.name, "VersionId": token}

    def _plan(self, vault: Vault, secret: Secret) -> None:
        """Set the next rotation by the rules."""
        rotation = secret.rotation
        assert rotation
        self._disarm(secret)
        rotation.next = schedule.window(rotation.rules, self._clock.now())
        if rotation.next is not None:
            self._arm(secret, rotation.next[0] - self._clock.now(), lambda: self._on_schedule(vault, secret))

    def _arm(self, secret: Secret, delay: timedelta, action: Callable[[], None]) -> None:
        self._alarms[secret.arn] = self._clock.after(delay, action)

    def _disarm(self, secret: Secret) -> None:
        if alarm := self._alarms.pop(secret.arn, None):
            alarm.cancel()

    def _on_schedule(self, vault: Vault, secret: Secret) -> None:
        with vault.lock:
            if secret.deletion or not secret.rotation or not secret.rotation.enabled or self._stopped:
                return
            self._plan(vault, secret)
            pending = secret.holder(PENDING)
            token = pending.id if pending is not None and secret.rotating else str(uuid.uuid4())
            self._pend(secret, token)
        self._run(vault, secret, token, 0)

    def _begin(self, vault: Vault, secret: Secret, token: str) -> None:
        self._pend(secret, token)
        self._clock.work(lambda: self._run(vault, secret, token, 0))

    def _pend(self, secret: Secret, token: str) -> None:
        """The version that will be: it has no value yet."""
        version = secret.versions.setdefault(token, Version(token, self._clock.now()))
        secret.label(version, PENDING)
        secret.changed = self._clock.now()

    def _run(self, vault: Vault, secret: Secret, token: str, attempt: int) -> None:
        """All steps, in their order, up to one that fails."""
        with vault.lock:
            if secret.arn in self._running or secret.deletion or not self._pending(secret, token):
                return
            self._running.add(secret.arn)
        self._told("RotationStarted", secret, token)
        try:
            done = all(_enabled(secret) and self._step(secret, step, token) for step in STEPS)
        finally:
            self._running.discard(secret.arn)
        with vault.lock:
            current = secret.holder(CURRENT)
            if done and current is not None and current.id == token:
                self._succeeded(vault, secret, token)
            elif _enabled(secret) and self._pending(secret, token):
                self._told("RotationFailed", secret, token)
                self._try_again(vault, secret, token, attempt)

    def _pending(self, secret: Secret, token: str) -> bool:
        pending = secret.holder(PENDING)
        return pending is not None and pending.id == token and not self._stopped

    def _succeeded(self, vault: Vault, secret: Secret, token: str) -> None:
        secret.unlabel(PENDING)
        rotation = secret.rotation
        if rotation is not None:
            rotation.last = secret.changed = self._clock.now()
            if days := schedule.days(rotation.rules, rotation.last):
                rotation.rules["AutomaticallyAfterDays"] = days
            if rotation.enabled:
                self._plan(vault, secret)
        self._told("RotationSucceeded", secret, token)

    def _try_again(self, vault: Vault, secret: Secret, token: str, attempt: int) -> None:
        if attempt < len(RETRIES) and secret.rotation and secret.rotation.enabled:
            self._disarm(secret)
            self._arm(secret, RETRIES[attempt], lambda: self._run(vault, secret, token, attempt + 1))
        elif secret.rotation and secret.rotation.enabled:
            self._plan(vault, secret)

    def _step(self, secret: Secret, step: str, token: str) -> bool:
        assert secret.rotation
        event = {"Step": step, "SecretId": secret.arn, "ClientRequestToken": token, "RotationToken": str(uuid.uuid4())}
        function = secret.rotation.function
        done = self._functions.admits(function, facts.PRINCIPAL, secret.arn) and self._functions.invoke(
            function, json.dumps(event).encode()
        )
        self._told(f"{step} {'done' if done else 'failed'}", secret, token)
        return done

    def _begin_test(self, vault: Vault, secret: Secret, token: str) -> None:
        """RotateImmediately=false: the settings are tried with testSecret alone, on a version that holds the current value."""
        current = secret.holder(CURRENT)
        version = secret.versions[token] = Version(token, self._clock.now())
        if current is not None:
            version.string, version.binary, version.key = current.string, current.binary, current.key
        secret.label(version, PENDING)

        def test() -> None:
            self._told("TestRotationStarted", secret, token)
            passed = all(self._step(secret, step, token) for step in TEST_ONLY)
            with vault.lock:
                if self._pending(secret, token):
                    secret.unlabel(PENDING)
                if (tested := secret.versions.get(token)) and not tested.stages:
                    del secret.versions[token]
            self._told("TestRotationSucceeded" if passed else "TestRotationFailed", secret, token)

        self._clock.work(test)


def _enabled(secret: Secret) -> bool:
    """Whether a rotation goes on: False once it was cancelled."""
    return secret.rotation is not None and secret.rotation.enabled
