"""A report in one of the formats; and where it is written."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from keyturn.problem import Misuse
from keyturn.report import Survey


def render(survey: Survey, format_: str, *, colour: bool = False) -> str:
    """
    A survey as text.

    Args:
        format_: One of FORMATS.
        colour: Whether to colour it, where the format has colours.
    """
    if format_ == "text":
        if survey.silent:
            return ""
        from keyturn.report import text

        return text.render(survey, colour=colour)
    told: str = importlib.import_module(f"keyturn.report.{format_}").render(survey)
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", told)


_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey."""


def write(file: Path, text: str) -> None:
    """
    Raises:
        Misuse: The file cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Misuse(f"{file}: {(error.strerror or 'cannot be written').lower()}") from None
