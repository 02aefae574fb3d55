"""New passwords."""

from __future__ import annotations

import secrets
import string

# Characters that mean themselves in a URL (RFC 3986 "unreserved"), in a shell word, in JSON and in SQL.
MARKS = "-_.~"
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, MARKS)
LENGTH = 40


def generate(length: int = LENGTH) -> str:
    """
    A random password with every class of characters in it, about 6 bits for each character.

    The first character is a letter or a digit, so that no shell takes the word for an option or a
    home directory.
    """
    alphabet = "".join(CLASSES)
    while True:
        word = "".join(secrets.choice(alphabet) for _ in range(length))
        if word[0] not in MARKS and all(any(mark in kind for mark in word) for kind in CLASSES):
            return word
