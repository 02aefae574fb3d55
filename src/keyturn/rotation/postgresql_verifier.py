"""
What PostgreSQL stores instead of a password, computed here so that no password has to be sent.

`SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, the three in base64. PostgreSQL stores such a text as it is given,
whatever `password_encryption` says. It cannot be used to log in: for that one needs the client's key, of which StoredKey is a hash.

Sources: PostgreSQL manual, "pg_authid" and "SASL Authentication"; RFC 5802, section 3; RFC 4013 (SASLprep).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import stringprep
import unicodedata

ITERATIONS = 4096  # PostgreSQL's own
SALT_LENGTH = 16  # bytes

_PROHIBITED = (
    stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
    stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
    stringprep.in_table_c9, stringprep.in_table_a1,
)  # fmt: skip


def make(password: str, *, iterations: int = ITERATIONS) -> str:
    """A new verifier, with a new random salt. Plain ASCII without quotes or backslashes."""
    return scram(password, secrets.token_bytes(SALT_LENGTH), iterations)


def scram(password: str, salt: bytes, iterations: int) -> str:
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password).encode(), salt, iterations)
    stored = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    texts = [base64.b64encode(part).decode() for part in (salt, stored, _hmac(salted, b"Server Key"))]
    return f"SCRAM-SHA-256${iterations}:{texts[0]}${texts[1]}:{texts[2]}"


def prepared(password: str) -> str:
    """
    The password as SASLprep makes it. Where that is not possible it is taken as it stands, as PostgreSQL does.

    Of passwords that keyturn makes nothing changes; this is for those put by hand.
    """
    if password.isascii():
        return password
    mapped = "".join(
        " " if stringprep.in_table_c12(each) else each for each in password if not stringprep.in_table_b1(each)
    )
    normal = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if not normal or any(prohibits(each) for each in normal for prohibits in _PROHIBITED) or not _directed(normal):
        return password
    return normal


def _directed(text: str) -> bool:
    """Whether right-to-left text is all of it, as RFC 3454 wants it in section 6."""
    if not any(stringprep.in_table_d1(each) for each in text):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(stringprep.in_table_d2(each) for each in text)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
