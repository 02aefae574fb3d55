"""
What is a runtime of Lambda, what is certain not to be one, and what Lambda answers to that.

Sources: the identifiers of https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (botocore 1.44.5);
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (.NET 5, 7 and 9 are container images only); the error as quoted by
programs that failed with it; read 2026-11-28.
"""

from __future__ import annotations

import re

from keyturn.facts import runtime_support
from keyturn.facts.error import AwsError
from keyturn.resembling import resembling

WITHOUT_DAYS = frozenset({"nodejs26.x", "python3.15", "java8.al2023", "java11.al2023", "java17.al2023", "custom"})
"""Those of which it is not known until when they are taken."""
_FORM = re.compile(r"(?P<letters>[A-Za-z]*)(?P<version>(?:[0-9]+(?:\.[0-9]+)*)?)(?P<form>.*)", re.DOTALL)


def known(name: str) -> bool:
    """Whether it is a runtime, or the ARN of one's own."""
    return name in runtime_support.names() or name in WITHOUT_DAYS or name.startswith("arn:")


def meant(name: str) -> str | None:
    """
    Of what is not known, the runtime that it is to be; empty where it is certain to be none; None where it may be newer than the list.

    Certain are a runtime whose language or form is misspelled, and a version that is not newer than the newest known of its language: no
    older one was ever added.
    """
    names = runtime_support.names() | WITHOUT_DAYS
    language = runtime_support.language(name)
    letters, version, form = _parts(name)
    plain = re.sub(r"[\s_-]", "", name).lower()
    spelled = resembling(letters, map(runtime_support.language, names), 0.75) + name[len(letters) :]
    if found := next((each for each in (plain, f"{plain}.x", spelled, f"{spelled}.x") if each in names), ""):
        return found
    newest = max((_parts(each)[1] for each in names if runtime_support.language(each) == language), default=())
    return "" if version and form in ("", ".x") and version <= newest else None


def _parts(name: str) -> tuple[str, tuple[int, ...], str]:
    """What stands before the version, the version, and what stands behind it."""
    parts = _FORM.fullmatch(name)
    assert parts, "all of it may be empty, or anything"
    return parts["letters"], tuple(map(int, filter(None, parts["version"].split(".")))), parts["form"]


def not_a_runtime(name: str) -> AwsError:
    """The answer to what is none, but for the list of them all, which AWS writes between the brackets."""
    return AwsError(
        "InvalidParameterValueException",
        f"Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: […] or be a valid ARN",
    )
