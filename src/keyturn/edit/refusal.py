"""When an edit cannot be done safely."""

from __future__ import annotations


class EditError(Exception):
    """Why the file is left as it is: one line, in the words of its user."""
