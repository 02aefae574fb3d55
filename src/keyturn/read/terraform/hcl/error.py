"""What goes wrong in HCL."""

from __future__ import annotations


class HclError(Exception):
    """The text is not HCL, or what it says cannot be worked out; `offset` is where, in characters from the beginning."""

    def __init__(self, because: str, offset: int = 0) -> None:
        super().__init__(because)
        self.because = because
        self.offset = offset


class TooMuch(HclError):
    """It is not worked out here, though Terraform may: `try` and `can` do not take it for a failure."""
