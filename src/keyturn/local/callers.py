"""Who calls: the credentials that the local AWS has given out, and whose they are."""

from __future__ import annotations

import re
import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from keyturn.local.call import Caller
from keyturn.local.moto_state import backend

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_SIGNATURE_2 = re.compile(r"AWS ([^:\s]+):")

ROOT_KEY = "KEYTURNLOCALROOT0000"
"""The access key of clients without one of their own. Any key that was not given out means the same: the account's owner."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a process signs its calls with."""

    access_key: str
    secret_key: str
    token: str

    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.token,
        }


class Callers:
    """Gives out credentials, and tells whose they are. Signatures are not verified: whoever reaches us is on this machine."""

    def __init__(self, account: str, partition: str, *, free: bool = True) -> None:
        """
        Args:
            free: Whether users and sessions may do anything, as the account's owner may. Functions never are.
        """
        self.root = Caller(f"arn:{partition}:iam::{account}:root", account, "root")
        self.free = free
        self._partition = partition
        self._sessions: dict[str, Caller] = {}
        self._lock = threading.Lock()

    def give(self, caller: Caller) -> Credentials:
        """Make credentials for a session."""
        key = "ASIA" + _random(string.ascii_uppercase + "234567", 16)
        with self._lock:
            self._sessions[key] = caller
        return Credentials(key, _random(string.ascii_letters + string.digits, 40), _random(string.ascii_letters, 64))

    def take_back(self, credentials: Credentials) -> None:
        with self._lock:
            self._sessions.pop(credentials.access_key, None)

    def kept(self) -> dict[str, Caller]:
        """The sessions that are not functions', which get new ones."""
        return {key: caller for key, caller in self._sessions.items() if not caller.function}

    def resume(self, kept: dict[str, Caller]) -> None:
        self._sessions.update(kept)

    def of(self, access_key: str) -> Caller:
        """Whose an access key is."""
        return self._sessions.get(access_key) or self._user(access_key) or self.root

    def _user(self, access_key: str) -> Caller | None:
        """The user that IAM has given an access key."""
        if not access_key.startswith("AKIA"):
            return None
        key = backend("iam", self.root.account, self._partition).access_keys.get(access_key)
        if key is None or not key.user_name:
            return None
        arn = backend("iam", self.root.account, self._partition).get_user(key.user_name).arn
        return Caller(arn, self.root.account, "user", key.user_name, unbound=self.free)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the signature of a request says: the key it was made with, the region and the service it is for; whether it has one."""

    access_key: str
    region: str
    service: str
    signed: bool = True


def scope(path: str, headers: Mapping[str, str], region: str) -> Scope:
    """
    Read a request's signature; S3 for a request without one, as a browser would make it.

    Args:
        region: Where nothing else is said.
    """
    if found := _SCOPE.search(headers.get("authorization", "")):
        return Scope(found[1], found[2], found[3].lower())
    query = parse_qs(urlsplit(path).query)
    if credential := query.get("X-Amz-Credential"):
        key, _, place, service, *_ = [*credential[0].split("/"), "", "", "", ""]
        return Scope(key, place or region, service.lower() or "s3")
    if found := _SIGNATURE_2.match(headers.get("authorization", "")):
        return Scope(found[1], region, "s3")
    key = query.get("AWSAccessKeyId", [""])[0]
    return Scope(key, region, "s3", signed=bool(key))


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
