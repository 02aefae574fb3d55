"""
Secrets Manager in memory: one secret, as the rotation function sees it, and the service that calls the function.

It behaves as the user guide and the API reference say, where they say: labels are on one version each, a value never
changes, AWSPREVIOUS follows AWSCURRENT, a value put by hand abandons a rotation. Its clock only moves when told to.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from botocore.exceptions import ClientError

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf"
ADMIN_ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!cluster-1-AbCdEf"
CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"

Handler = Callable[[dict[str, Any]], object]


class PreviousRotationIncompleteError(Exception):
    """RotateSecret: "A previous rotation isn't complete. That rotation will be reattempted." """


@dataclass
class Version:
    created: datetime
    value: str | None = None
    stages: set[str] = field(default_factory=set)


class SecretsManager:
    """The service. Its four API methods have the names and shapes of boto3's client."""

    def __init__(self, administrator: str, value: str | None = None) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.administrator = administrator
        self.versions: dict[str, Version] = {}
        self.rotation_enabled = True
        self.deleted: datetime | None = None
        self.last_rotated: datetime | None = None
        self.last_changed = self.now
        self.calls: list[str] = []
        self.read: list[str] = []
        self.events: list[str] = []
        """What CloudTrail would have: each call with its parameters, but for the secret's value."""
        self.stored: list[str] = []
        """Every value that it was given, whatever became of it."""
        self.around: Callable[[str], Any] = _nothing
        if value is not None:
            self.put_by_hand(value)

    # The service as an operator sees it

    def put_by_hand(self, value: str) -> str:
        self.pass_time(1)
        token = str(uuid.uuid4())
        self.put_secret_value(SecretId=ARN, ClientRequestToken=token, SecretString=value)
        for version in self.versions.values():
            version.stages.discard(PENDING)  # A value put by hand abandons the rotation.
        return token

    def rotate(self, handler: Handler) -> str:
        """Begin a rotation, or take up the one that was not completed; raises what the function raises."""
        pending = self.holder(PENDING)
        if pending is not None and pending != self.holder(CURRENT):
            raise PreviousRotationIncompleteError
        self.pass_time(1)
        token = str(uuid.uuid4())
        for version in self.versions.values():
            version.stages.discard(PENDING)
        self.versions[token] = Version(self.now, stages={PENDING})
        self._changed()
        self.run_steps(handler, token)
        return token

    def reattempt(self, handler: Handler) -> str:
        token = self.holder(PENDING)
        assert token is not None
        self.run_steps(handler, token)
        return token

    def run_steps(self, handler: Handler, token: str) -> None:
        for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            handler({"Step": step, "SecretId": ARN, "ClientRequestToken": token})
        self.versions[token].stages.discard(PENDING)
        self.last_rotated = self.now
        self._changed()

    def test_rotation(self, handler: Handler) -> None:
        """What RotateImmediately=false does: testSecret alone, on a version with the current value."""
        token, current = str(uuid.uuid4()), self.holder(CURRENT)
        value = self.versions[current].value if current else None
        self.versions[token] = Version(self.now, value, {PENDING})
        try:
            handler({"Step": "testSecret", "SecretId": ARN, "ClientRequestToken": token})
        finally:
            del self.versions[token]

    def cancel(self) -> None:
        """Give up the rotation: take AWSPENDING away, as operators do with a rotation that is stuck."""
        for version in self.versions.values():
            version.stages.discard(PENDING)
        self._changed()

    def move_back(self) -> None:
        """An operator makes the previous version current again."""
        current, previous = self.holder(CURRENT), self.holder(PREVIOUS)
        assert current
        assert previous
        self.update_secret_version_stage(
            SecretId=ARN, VersionStage=CURRENT, MoveToVersionId=previous, RemoveFromVersionId=current
        )

    def holder(self, stage: str) -> str | None:
        return next((token for token, version in self.versions.items() if stage in version.stages), None)

    def value(self, stage: str) -> str | None:
        holder = self.holder(stage)
        return self.versions[holder].value if holder else None

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    # The API

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        with self._call("DescribeSecret", SecretId):
            answer = {
                "ARN": ARN,
                "RotationEnabled": self.rotation_enabled,
                "LastRotatedDate": self.last_rotated,
                "LastChangedDate": self.last_changed,
                "DeletedDate": self.deleted,
                "VersionIdsToStages": {token: sorted(v.stages) for token, v in self.versions.items() if v.stages},
            }
            return self._answer({key: value for key, value in answer.items() if value is not None})

    def get_secret_value(self, *, SecretId: str, VersionId: str | None = None) -> dict[str, Any]:  # noqa: N803
        with self._call("GetSecretValue", SecretId, VersionId):
            self.read.append(SecretId)
            if SecretId == ADMIN_ARN:
                return self._answer({"ARN": ADMIN_ARN, "SecretString": self.administrator, "CreatedDate": self.now})
            self._require_not_deleted()
            token = VersionId or self.holder(CURRENT)
            version = self.versions.get(token or "")
            if version is None or version.value is None:
                raise self._error("ResourceNotFoundException", "Secrets Manager can't find the specified secret value")
            return self._answer({"VersionId": token, "SecretString": version.value, "CreatedDate": version.created})

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        VersionStages: list[str] | None = None,  # noqa: N803
        RotationToken: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        self.stored.append(SecretString)
        with self._call("PutSecretValue", SecretId, ClientRequestToken, VersionStages, RotationToken):
            self._require_not_deleted()
            version = self.versions.setdefault(ClientRequestToken, Version(self.now))
            if version.value not in (None, SecretString):
                raise self._error("ResourceExistsException", "A resource with the ID you requested already exists.")
            version.value = SecretString
            for stage in VersionStages or [CURRENT]:
                self._move(stage, ClientRequestToken)
            self._changed()
            return self._answer({"VersionId": ClientRequestToken})

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        with self._call("UpdateSecretVersionStage", SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId):
            self._require_not_deleted()
            holder = self.holder(VersionStage)
            if holder not in (None, RemoveFromVersionId):
                raise self._error(
                    "InvalidParameterException",
                    f"The parameter RemoveFromVersionId can't be empty or other than {holder}.",
                )
            self._move(VersionStage, MoveToVersionId)
            self._changed()
            return self._answer({})

    def _move(self, stage: str, to: str) -> None:
        holder = self.holder(stage)
        if holder == to:
            return
        if holder:
            self.versions[holder].stages.discard(stage)
        self.versions[to].stages.add(stage)
        if stage == CURRENT and holder:
            for version in self.versions.values():
                version.stages.discard(PREVIOUS)
            self.versions[to].stages.discard(PREVIOUS)
            self.versions[holder].stages.add(PREVIOUS)

    @contextmanager
    def _call(self, name: str, secret: str, *others: object) -> Iterator[None]:
        self.calls.append(name)
        self.events.append(f"{name} {secret} {others}")
        with self.around(name):
            if secret not in (ARN, ADMIN_ARN):
                raise self._error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
            yield

    def _require_not_deleted(self) -> None:
        if self.deleted:
            raise self._error(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
            )

    def _error(self, code: str, message: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": message}}, self.calls[-1])

    def _answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        return answer | {"ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(self.now, usegmt=True)}}}

    def _changed(self) -> None:
        self.last_changed = self.now


@contextmanager
def _nothing(_name: str) -> Iterator[None]:
    yield
