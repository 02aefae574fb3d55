"""What goes wrong for people, as opposed to what is wrong in the code."""

from __future__ import annotations


class Problem(Exception):
    """
    Something the user can do something about. The command line prints it as one line and a hint, never as a traceback.

    Attributes:
        message: What is wrong and where, in the user's words: one line, lower case, no full stop.
        hint: What to do about it; may be empty.
        code: The exit code it ends with: 1 when the work failed, 2 when the input cannot be read or the command is misused.
    """

    code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Misuse(Problem):
    """The input cannot be read, or the command is misused."""

    code = 2
