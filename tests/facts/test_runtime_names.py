"""What is certain to be no runtime of Lambda: a false alarm is worse than a miss."""

from __future__ import annotations

import botocore.session
import pytest

from keyturn.facts import runtime_names


def test_the_identifiers_are_those_of_the_api() -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    missing = [name for name in model.shape_for("Runtime").enum if not runtime_names.known(name)]  # type: ignore[attr-defined]
    assert missing == [], "add them where they belong, when botocore has new ones"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("pyhton3.12", "python3.12"),
        ("Python3.12", "python3.12"),
        ("python 3.12", "python3.12"),
        ("python-3.12", "python3.12"),
        ("NODEJS22.X", "nodejs22.x"),
        ("node20.x", "nodejs20.x"),
        ("node20", "nodejs20.x"),
        ("nodejs18", "nodejs18.x"),
        ("dotnetcore8", "dotnet8"),
        ("python3.5", ""),
        ("python3", ""),
        ("python3.12.1", ""),
        ("nodejs21.x", ""),
        ("ruby3.0", ""),
        ("java16", ""),
        ("dotnet7", ""),
        ("dotnetcore2.2", ""),
    ],
)
def test_what_is_certain(name: str, meant: str) -> None:
    assert not runtime_names.known(name)
    assert runtime_names.meant(name) == meant


@pytest.mark.parametrize(
    "name",
    [
        *(
            "python3.16",
            "python3.99",
            "python4.0",
            "nodejs28.x",
            "java29",
            "java21.al2023",
            "java25.al2027",
            "dotnet12",
            "ruby4.1",
        ),
        *(
            "provided.al2027",
            "provided.al2022",
            "go1.24",
            "rust1.x",
            "deno2",
            "pypy3.11",
            "bun1.x",
            "python",
            "",
            "3.12",
            "{{resolve}}",
        ),
    ],
)
def test_what_may_be_newer_or_something_else(name: str) -> None:
    assert runtime_names.meant(name) is None


def test_a_runtime_of_ones_own_is_named_by_its_arn() -> None:
    assert runtime_names.known("arn:aws:lambda:us-east-1:123456789012:runtime:own")
