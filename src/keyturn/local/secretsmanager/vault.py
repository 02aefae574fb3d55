"""All secrets of one region."""

from __future__ import annotations

import re
import secrets
import string
import threading
from collections.abc import Iterator

from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Secret


class Vault:
    """
    Holds the secrets.

    Attributes:
        lock: Held by whoever changes a secret.
    """

    def __init__(self, prefix: str) -> None:
        """
        Args:
            prefix: What the ARN of a secret begins with, up to its name.
        """
        self.lock = threading.RLock()
        self._prefix = prefix
        self._secrets: dict[str, Secret] = {}
        self._names: dict[str, Secret] = {}

    def __iter__(self) -> Iterator[Secret]:
        with self.lock:
            return iter(tuple(self._secrets.values()))

    def __len__(self) -> int:
        return len(self._secrets)

    def new_arn(self, name: str) -> str:
        """AWS adds six characters, so that a secret made anew under an old name is another one."""
        return f"{self._prefix}{name}-{''.join(secrets.choice(string.ascii_letters + string.digits) for _ in range(6))}"

    def named(self, name: str) -> Secret | None:
        return self._names.get(name)

    def get(self, named: str) -> Secret:
        """
        A secret by its ARN, its name, or its ARN without the six characters.

        Raises:
            Refused: There is none.
        """
        with self.lock:
            if found := self._secrets.get(named):
                return found
            name = re.sub(r"^arn:[^:]*:secretsmanager:[^:]*:\d*:secret:", "", named)
            if (name == named or named.startswith(self._prefix)) and (found := self.named(name)):
                return found
        raise errors.not_found()

    def add(self, secret: Secret) -> None:
        with self.lock:
            self._secrets[secret.arn] = self._names[secret.name] = secret

    def remove(self, secret: Secret) -> None:
        with self.lock:
            if self._secrets.pop(secret.arn, None):
                del self._names[secret.name]
