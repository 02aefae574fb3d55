"""
New passwords: of what characters, and how many, by the configuration and by the server's own policy.

| variable | meaning |
|---|---|
| `PASSWORD_LENGTH` | how long; default 40, at most 128 |
| `PASSWORD_CLASSES` | of which kinds of characters, one of each at least; default `lower, upper, digits, marks` |
| `PASSWORD_EXCLUDED` | characters that are never used, e.g. `lI0O`; default none |

Whatever is configured, a password has no character that means something in a URL, in a shell, in JSON or in SQL.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .errors import Rejected, Unsupported

# "unreserved" of RFC 3986.
CLASSES: Mapping[str, str] = {
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "digits": "0123456789",
    "marks": "-_.~",
}
LENGTH, LONGEST = 40, 128
LEAST_BITS = 100  # so that nobody guesses one from its verifier


@dataclass(frozen=True, slots=True)
class Policy:
    """What a server demands of a password: a length, and so many characters of each class."""

    length: int = 0
    least: Mapping[str, int] = field(default_factory=dict)


NO_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Rules:
    """
    How passwords are made.

    Attributes:
        characters: The classes that are used, and what of each.
        least: How many characters of each class a password has at least.
    """

    length: int = LENGTH
    characters: Mapping[str, str] = field(default_factory=lambda: CLASSES)
    least: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(CLASSES, 1))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Rules:
        """
        Read the settings.

        Raises:
            Rejected: A variable has no usable value, or passwords would be easy to guess.
        """
        text = environment.get("PASSWORD_LENGTH") or str(LENGTH)
        if not re.fullmatch(r"\d{1,4}", text) or int(text) > LONGEST:
            raise Rejected(
                f"environment variable PASSWORD_LENGTH is {text!r}", hint=f"it is a number, {LONGEST} at the most"
            )
        names = [name.strip() for name in (environment.get("PASSWORD_CLASSES") or ", ".join(CLASSES)).split(",")]
        for name in names:
            if name not in CLASSES:
                raise Rejected(
                    f"environment variable PASSWORD_CLASSES names {name!r}", hint=f"it can be {', '.join(CLASSES)}"
                )
        excluded = environment.get("PASSWORD_EXCLUDED", "")
        left = {name: "".join(each for each in CLASSES[name] if each not in excluded) for name in names}
        rules = cls(int(text), {name: some for name, some in left.items() if some}, dict.fromkeys(names, 1))
        if missing := [name for name in names if name not in rules.characters]:
            raise Rejected(f"environment variable PASSWORD_EXCLUDED leaves no {missing[0]}")
        if rules.bits < LEAST_BITS or not rules.beginnings:
            raise Rejected(
                "passwords made by these settings would be easy to guess",
                hint=f"they have {rules.bits} bits; it takes {LEAST_BITS}, and a letter or a digit to begin with",
            )
        return rules

    @property
    def alphabet(self) -> str:
        return "".join(self.characters.values())

    @property
    def beginnings(self) -> str:
        """What a password may begin with: no shell takes a letter or a digit for an option or a home directory."""
        return "".join(some for name, some in self.characters.items() if name != "marks")

    @property
    def bits(self) -> int:
        """How hard a password is to guess, by a lower bound."""
        free = self.length - sum(self.least.values())
        chosen = sum(count * math.log2(len(self.characters[name])) for name, count in self.least.items())
        return int(chosen + free * math.log2(len(self.alphabet) or 1)) if free >= 0 else 0

    def meeting(self, policy: Policy) -> Rules:
        """
        The rules that also meet a server's policy.

        Raises:
            Unsupported: It demands characters that the configuration excludes.
        """
        least = dict(self.least)
        for name, count in policy.least.items():
            if count and name not in self.characters:
                raise Unsupported(
                    f"the server's policy demands {name} in a password, and the configuration has none",
                    hint="add them to PASSWORD_CLASSES, or change the policy",
                )
            if count:
                least[name] = max(count, least.get(name, 0))
        needed = sum(least.values()) + ("marks" in least)  # A mark is not what it begins with.
        return replace(self, length=max(self.length, policy.length, needed), least=least)


DEFAULT = Rules()


def generate(rules: Rules = DEFAULT) -> str:
    """A random password by these rules. It begins with a letter or a digit."""
    word = [secrets.choice(rules.characters[name]) for name, count in rules.least.items() for _ in range(count)]
    word += [secrets.choice(rules.alphabet) for _ in range(rules.length - len(word))]
    while True:
        secrets.SystemRandom().shuffle(word)
        if word[0] in rules.beginnings:
            return "".join(word)
