"""
Identifiers such as AWS would choose them: the same on every run, different for every name they are minted for.

Their forms are those that AWS documents for each type (e.g. a VPC is `vpc-` and 17 hexadecimal digits).
"""

from __future__ import annotations

import hashlib
import string

_ALPHABETS = {
    "hex": "0123456789abcdef",
    "upper": string.ascii_uppercase + string.digits,
    "lower": string.ascii_lowercase + string.digits,
    "mixed": string.ascii_letters + string.digits,
    "unique": string.ascii_uppercase + "234567",
    "digits": string.digits,
}


def mint(form: str, *seed: str) -> str:
    """
    Mint an identifier.

    Args:
        form: `uuid`, or an alphabet (`hex`, `upper`, `lower`, `mixed`, `unique` as in IAM's ids, `digits`) and a length: `hex17`.
        seed: What it is for.
    """
    digest = hashlib.sha256("\0".join((form, *seed)).encode()).digest()
    number = int.from_bytes(digest, "big")
    if form == "uuid":
        text = f"{number:064x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"
    name = form.rstrip(string.digits)
    alphabet = _ALPHABETS[name]
    length = int(form[len(name) :])
    number %= len(alphabet) ** length
    characters = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        characters.append(alphabet[index])
    return "".join(characters)
