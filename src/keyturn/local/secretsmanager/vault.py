"""All secrets of one region."""

from __future__ import annotations

import re
import secrets
import string
import threading
from collections.abc import Iterator

from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Replica, Secret

_PREFIX = re.compile(r"arn:[^:]*:secretsmanager:[^:]*:\d*:secret:")
_COMPLETE = re.compile(r".*-[A-Za-z0-9]{6}")


class Vault:
    """
    Holds the secrets, and the replicas of other regions' secrets.

    Attributes:
        lock: Held by whoever changes a secret; one for all regions, as a secret and its replicas are one thing.
    """

    def __init__(self, prefix: str, lock: threading.RLock) -> None:
        """
        Args:
            prefix: What the ARN of a secret begins with, up to its name.
        """
        self.lock = lock
        self._prefix = prefix
        self._secrets: dict[str, Secret] = {}
        self._names: dict[str, Secret] = {}
        self._replicas: dict[str, Replica] = {}

    def __iter__(self) -> Iterator[Secret]:
        """The secrets, then the replicas as they are now."""
        with self.lock:
            return iter((*self._secrets.values(), *(replica.secret() for replica in self._replicas.values())))

    def __len__(self) -> int:
        return len(self._secrets) + len(self._replicas)

    def new_arn(self, name: str) -> str:
        """AWS adds six characters, so that a secret made anew under an old name is another one."""
        return f"{self._prefix}{name}-{''.join(secrets.choice(string.ascii_letters + string.digits) for _ in range(6))}"

    def arn_here(self, arn: str) -> str:
        """The ARN of a replica here of another region's secret."""
        return self._prefix + _PREFIX.sub("", arn)

    def named(self, name: str) -> Secret | None:
        """A secret by its name; a replica as it is now."""
        if (found := self._names.get(name)) or not self._replicas:
            return found
        return next((each.secret() for each in self._replicas.values() if each.primary.name == name), None)

    def get(self, named: str) -> Secret:
        """
        A secret by its ARN, its name, or its ARN without the six characters; a replica as it is now.

        An ARN that ends in a hyphen and six characters is taken for a whole one, so the ARN without its end of a secret whose name ends
        so finds nothing.

        Source: Secrets Manager user guide, "An AWS CLI or AWS SDK operation can't find my secret from a partial ARN".

        Raises:
            Refused: There is none.
        """
        with self.lock:
            if found := self._secrets.get(named):
                return found
            if replica := self._replicas.get(named):
                return replica.secret()
            name = _PREFIX.sub("", named)
            partial = named.startswith(self._prefix) and not _COMPLETE.fullmatch(name)
            if (name == named or partial) and (found := self.named(name)):
                return found
        raise errors.not_found()

    def add(self, secret: Secret) -> None:
        with self.lock:
            self._secrets[secret.arn] = self._names[secret.name] = secret

    def remove(self, secret: Secret) -> None:
        with self.lock:
            if self._secrets.pop(secret.arn, None):
                del self._names[secret.name]

    def add_replica(self, replica: Replica) -> None:
        with self.lock:
            self._replicas[replica.arn] = replica

    def remove_replica(self, replica: Replica) -> None:
        with self.lock:
            self._replicas.pop(replica.arn, None)
