"""GetRandomPassword."""

from __future__ import annotations

import secrets
import string
from typing import Any

from keyturn.local.call import Call
from keyturn.local.secretsmanager import errors

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
LONGEST = 4096


def random_password(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    length = parameters.get("PasswordLength", 32)
    left_out = set(parameters.get("ExcludeCharacters", ""))
    kinds = {
        "ExcludeLowercase": string.ascii_lowercase,
        "ExcludeUppercase": string.ascii_uppercase,
        "ExcludeNumbers": string.digits,
        "ExcludePunctuation": PUNCTUATION,
    }
    allowed = [
        "".join(each for each in kind if each not in left_out)
        for name, kind in kinds.items()
        if not parameters.get(name)
    ]
    allowed = [kind for kind in allowed if kind]
    each_kind = parameters.get("RequireEachIncludedType", True)
    everything = "".join(allowed) + (" " if parameters.get("IncludeSpace") and " " not in left_out else "")
    if not everything:
        raise errors.invalid("No characters are left to make a password of.")
    if not 1 <= length <= LONGEST or (each_kind and length < len(allowed)):
        raise errors.invalid("Password length is too short based on the required types.")
    wanted = [secrets.choice(kind) for kind in allowed] if each_kind else []
    wanted += [secrets.choice(everything) for _ in range(length - len(wanted))]
    secrets.SystemRandom().shuffle(wanted)
    return {"RandomPassword": "".join(wanted)}
