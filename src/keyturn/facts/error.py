"""An error as AWS words it."""

from __future__ import annotations

from typing import NamedTuple


class AwsError(NamedTuple):
    """
    What AWS answers when it refuses.

    Attributes:
        code: The error code by which clients tell errors apart, e.g. `InvalidParameterCombination`.
        message: AWS's text, its placeholders filled.
        status: The HTTP status.
    """

    code: str
    message: str
    status: int = 400
