"""
The secret in Secrets Manager: which version carries which label, and the values of versions.

A version's value never changes once it is written, so a value read or written is kept, by version id,
until the rotation ends: a warm function makes 8 calls for a rotation instead of 13. Labels do move, so
they are asked for anew in every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from . import secret
from .errors import Postponed, Rejected, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .configuration import Configuration
    from .redact import Redactor
    from .report import Report
    from .secret import Document, Login

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


class Client(Protocol):
    """The part of boto3's Secrets Manager client that is used."""

    def describe_secret(self, **request: Any) -> dict[str, Any]: ...
    def get_secret_value(self, **request: Any) -> dict[str, Any]: ...
    def put_secret_value(self, **request: Any) -> dict[str, Any]: ...
    def update_secret_version_stage(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Description:
    """The secret without its values. `now` is Secrets Manager's own clock when it answered."""

    stages: dict[str, frozenset[str]]
    rotation_enabled: bool
    last_rotated: datetime | None
    last_changed: datetime | None
    now: datetime

    def holder(self, stage: str) -> str | None:
        """The id of the version that carries this label."""
        return next((version for version, stages in self.stages.items() if stage in stages), None)

    @property
    def rotating(self) -> bool:
        """Whether a rotation is under way: a version is pending that is not also the current one."""
        pending = self.holder(PENDING)
        return pending is not None and pending != self.holder(CURRENT)


@dataclass(frozen=True, slots=True)
class Version:
    """One version's value, and when the version was created. Without a value there is no date."""

    document: Document
    has_value: bool
    created: datetime | None


Kept = dict[str, Version]


class Store:
    """One secret, through one client, for one run."""

    def __init__(
        self, client: Client, configuration: Configuration, report: Report, redactor: Redactor, kept: Kept
    ) -> None:
        self._client = client
        self._configuration = configuration
        self._report = report
        self._redactor = redactor
        self._kept = kept

    def describe(self) -> Description:
        """
        Ask for labels and dates.

        Raises:
            Rejected: The secret is scheduled for deletion.
            Unreachable, Postponed: See `_call`.
        """
        answer = self._call("DescribeSecret", self._client.describe_secret)
        if answer.get("DeletedDate"):
            raise Rejected("the secret is scheduled for deletion", hint="restore it with restore-secret to rotate it")
        return Description(
            stages={version: frozenset(stages) for version, stages in answer.get("VersionIdsToStages", {}).items()},
            rotation_enabled=bool(answer.get("RotationEnabled")),
            last_rotated=answer.get("LastRotatedDate"),
            last_changed=answer.get("LastChangedDate"),
            now=_clock(answer),
        )

    def version(self, version: str | None) -> Version:
        """
        A version's value; an empty document if there is no such version or it has no value.

        Raises:
            Rejected: The value is not ours to use; see `secret.parse`.
        """
        if version is None:
            return Version(secret.EMPTY, has_value=False, created=None)
        if version not in self._kept:
            try:
                answer = self._call("GetSecretValue", self._client.get_secret_value, VersionId=version)
            except _NotFound:
                return Version(secret.EMPTY, has_value=False, created=None)
            self._kept[version] = self._read(version, answer.get("SecretString"), answer.get("CreatedDate"))
        return self._kept[version]

    def administrator(self) -> Login:
        """The administrator's present login. Never kept: AWS rotates it without telling us."""
        try:
            answer = self._call(
                "GetSecretValue", self._client.get_secret_value, SecretId=self._configuration.administrator_arn
            )
        except _NotFound:
            raise Rejected("the administrator's secret has no value") from None
        login = secret.parse_administrator(answer.get("SecretString"))
        self._redactor.learn(login.password)
        return login

    def put_pending(self, token: str, text: str, rotation_token: str | None) -> bool:
        """Store the pending value. False if this version has a value already: an earlier try's."""
        extra = {"RotationToken": rotation_token} if rotation_token else {}
        try:
            answer = self._call(
                "PutSecretValue",
                self._client.put_secret_value,
                ClientRequestToken=token,
                SecretString=text,
                VersionStages=[PENDING],
                **extra,
            )
        except _AlreadyThere:
            return False
        self._kept[token] = self._read(token, text, _clock(answer))
        return True

    def promote(self, token: str, current: str | None) -> None:
        """
        Move AWSCURRENT to `token` if it is still on `current`; AWSPREVIOUS follows by itself.

        Raises:
            Postponed: Someone else moved it in the meantime.
        """
        extra = {"RemoveFromVersionId": current} if current else {}
        try:
            self._call(
                "UpdateSecretVersionStage",
                self._client.update_secret_version_stage,
                VersionStage=CURRENT,
                MoveToVersionId=token,
                **extra,
            )
        except _Conflict:
            # The SDK repeats a call whose answer was lost, and the repetition finds the label moved: by us.
            if self.describe().holder(CURRENT) != token:
                raise Postponed("AWSCURRENT was moved by someone else in the meantime") from None

    def forget(self) -> None:
        """Drop the values kept in memory."""
        self._kept.clear()

    def _read(self, version: str, text: str | None, created: datetime | None) -> Version:
        if text is None:
            raise Rejected("the secret holds binary data", hint="store it as JSON text")
        document = secret.parse(text, self._configuration, version)
        if document.login:
            self._redactor.learn(document.login.password)
        return Version(document, has_value=True, created=created)

    def _call(self, name: str, call: Callable[..., dict[str, Any]], **request: Any) -> dict[str, Any]:
        """
        Call and count. Errors keep their code and lose their text.

        Raises:
            Postponed: Throttled, or AWS's own trouble.
            Unreachable: No answer.
            Rejected: Not permitted, or not possible.
        """
        self._report.api[name] += 1
        try:
            return call(**{"SecretId": self._configuration.secret_arn} | request)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
        except BotoCoreError as error:
            raise Unreachable(f"Secrets Manager gave no answer to {name} ({type(error).__name__})") from None
        if code == "ResourceNotFoundException":
            raise _NotFound(f"Secrets Manager finds nothing for {name}")
        if code == "ResourceExistsException":
            raise _AlreadyThere(f"Secrets Manager has another value for {name}")
        if code in ("InvalidParameterException", "InvalidRequestException") and name == "UpdateSecretVersionStage":
            raise _Conflict(f"Secrets Manager refused {name} ({code})")
        if code in ("ThrottlingException", "InternalServiceError", "LimitExceededException"):
            raise Postponed(f"Secrets Manager is not able to do {name} now ({code})")
        raise Rejected(f"Secrets Manager refused {name} ({code})", hint=_HINTS.get(code, ""))


class _NotFound(Rejected):
    pass


class _AlreadyThere(Rejected):
    pass


class _Conflict(Rejected):
    pass


_HINTS = {
    "AccessDeniedException": "the function's role, the secret's policy or an endpoint policy denies it",
    "DecryptionFailure": "the function's role may not use the secret's KMS key, or the key is disabled",
    "EncryptionFailure": "the function's role may not use the secret's KMS key, or the key is disabled",
}


def _clock(answer: dict[str, Any]) -> datetime:
    """
    Secrets Manager's own time, from the `Date` header of its answer.

    The dates that it reports are compared with this clock only, so a wrong clock here cannot matter.
    """
    header = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        raise Unreachable("Secrets Manager's answer carries no date") from None
