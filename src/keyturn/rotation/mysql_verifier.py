"""
What MySQL stores instead of a password, computed here so that no password has to be sent.

`caching_sha2_password`: `$A$` + rounds/1000 as three hexadecimal digits + `$` + 20 bytes of salt + 43
characters of Drepper's SHA-crypt over SHA-256, with the whole salt and without its own header.
`mysql_native_password`: `*` + SHA1(SHA1(password)) in upper-case hexadecimal.

Sources: MySQL 8.0 manual, "Caching SHA-2 Pluggable Authentication" and "Native Pluggable
Authentication"; U. Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6 (2016).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

SALT_LENGTH = 20
LEAST_ROUNDS = 5000

_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHA2 = re.compile(rb"\$A\$([0-9A-Fa-f]{3})\$(.{20})([./0-9A-Za-z]{43})", re.DOTALL)

# Which bytes of the digest make each group of four characters, most significant first.
_GROUPS = (
    (0, 10, 20), (21, 1, 11), (12, 22, 2), (3, 13, 23), (24, 4, 14),
    (15, 25, 5), (6, 16, 26), (27, 7, 17), (18, 28, 8), (9, 19, 29),
)  # fmt: skip


class Plugin(StrEnum):
    """The ways of checking a password whose verifiers we can make."""

    SHA2 = "caching_sha2_password"
    NATIVE = "mysql_native_password"


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a server stores for a password, and the plugin that it is for. The text is in no repr."""

    plugin: Plugin
    text: str = field(repr=False)

    @property
    def literal(self) -> str:
        """The text as an SQL literal. It has no character that needs quoting."""
        if not re.fullmatch(r"[$*./0-9A-Za-z]+", self.text):
            raise ValueError("a verifier with a character that needs quoting")
        return f"'{self.text}'"


def make(plugin: Plugin, password: str, *, rounds: int = LEAST_ROUNDS) -> str:
    """A new verifier, with a new random salt where the plugin has one. Plain ASCII without quotes."""
    if plugin is Plugin.NATIVE:
        return native(password)
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(SALT_LENGTH))
    thousands = rounds // 1000
    return f"$A${thousands:03X}${salt}{sha256_crypt(password.encode(), salt.encode(), thousands * 1000)}"


def matches(plugin: str, stored: bytes, password: str) -> bool:
    """Whether this is the password behind a stored verifier, whatever its salt and rounds."""
    if plugin == Plugin.NATIVE:
        return hmac.compare_digest(stored, native(password).encode())
    found = _SHA2.fullmatch(stored) if plugin == Plugin.SHA2 else None
    if found is None:
        return False
    rounds, salt, digest = int(found[1], 16) * 1000, found[2], found[3]
    return hmac.compare_digest(digest, sha256_crypt(password.encode(), salt, rounds).encode())


def native(password: str) -> str:
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


def sha256_crypt(password: bytes, salt: bytes, rounds: int) -> str:
    """The 43 characters of SHA-crypt. Unlike crypt(3) it uses every byte of the salt."""
    b = hashlib.sha256(password + salt + password).digest()
    a = hashlib.sha256(password + salt + _stretch(b, len(password)))
    bits = len(password)
    while bits:
        a.update(b if bits & 1 else password)
        bits >>= 1
    digest = a.digest()

    p = _stretch(hashlib.sha256(password * len(password)).digest(), len(password))
    s = _stretch(hashlib.sha256(salt * (16 + digest[0])).digest(), len(salt))
    for turn in range(rounds):
        odd = turn & 1
        middle = (s if turn % 3 else b"") + (p if turn % 7 else b"")
        digest = hashlib.sha256((p if odd else digest) + middle + (digest if odd else p)).digest()
    return _encode(digest)


def _stretch(digest: bytes, length: int) -> bytes:
    return (digest * (length // len(digest) + 1))[:length]


def _encode(digest: bytes) -> str:
    words = [(digest[a] << 16 | digest[b] << 8 | digest[c], 4) for a, b, c in _GROUPS]
    words.append((digest[31] << 8 | digest[30], 3))
    return "".join(_ALPHABET[word >> 6 * place & 63] for word, places in words for place in range(places))
