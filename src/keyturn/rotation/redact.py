"""
The one place where secrets are taken out of text.

Nothing in this package writes a secret into a message; this is the second wall, for texts that others
make. It knows each secret by value and by the forms in which it may reappear: percent-encoded,
escaped, base64 at each of its three alignments, hexadecimal, and as the digests that databases store.
"""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import quote, quote_plus

MARK = "<redacted>"


class Redactor:
    """Replaces every secret it has learned, in any known form, by `<redacted>`."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"

    def learn(self, secret: str) -> None:
        """Remember a secret: a password, or a verifier made from one."""
        if secret:
            self._forms |= forms(secret)

    def clean(self, text: str) -> str:
        """The text without any secret learned so far."""
        # Longest first: a short form may be part of a longer one.
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, MARK)
        return text


def forms(secret: str) -> set[str]:
    """The texts in which this secret may reappear, itself among them."""
    raw = secret.encode()
    sha1 = hashlib.sha1(raw, usedforsecurity=False).digest()
    digests = (
        sha1,
        hashlib.sha1(sha1, usedforsecurity=False).digest(),  # mysql_native_password
        hashlib.sha256(raw).digest(),
        hashlib.sha256(hashlib.sha256(raw).digest()).digest(),  # caching_sha2_password's cache
    )
    found = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    found |= {encoded for data in (raw, *digests) for encoded in (data.hex(), data.hex().upper())}
    # A piece of a base64 text that is too short would match by chance.
    found |= {piece for piece in _base64_pieces(raw) if len(piece) >= 8}
    found.update(base64.b64encode(digest).decode().rstrip("=") for digest in digests)
    return found


def _base64_pieces(raw: bytes) -> set[str]:
    """
    What is sure to appear when `raw` stands anywhere inside a base64 text.

    Characters at either end that also depend on neighbouring bytes are left out.
    """
    pieces = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        first = -(-before * 8 // 6)
        whole = (before + len(raw)) * 8 // 6
        pieces |= {encoded[first:whole], encoded[first:whole].replace("+", "-").replace("/", "_")}
    return pieces
