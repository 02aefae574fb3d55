"""
A file of values for a template's parameters.

Source: AWS CLI command reference, `cloudformation create-stack --parameters` and `cloudformation deploy --parameter-overrides`;
CodePipeline user guide, "Template configuration file"; read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keyturn.read.paths import is_pipe
from keyturn.read.source import content, load, stream
from keyturn.read.world import Unreadable

FORMS = "a list of ParameterKey and ParameterValue, a list of KEY=VALUE, or an object of names and values"


def parameters(file: str) -> dict[str, str]:
    """
    The values, by parameter, as AWS's commands take them: a list of `ParameterKey` and `ParameterValue`, or of `KEY=VALUE`; an object of
    names and values, by itself or under `Parameters`. JSON or YAML.

    Raises:
        Unreadable: It is not there, or is none of these.
    """
    data = load(file, _content(file)).data
    if isinstance(data, dict):
        data = data.get("Parameters", data)
    if isinstance(data, dict):
        given: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, list):
        given = [_given(file, each) for each in data if not (isinstance(each, dict) and each.get("UsePreviousValue"))]
    else:
        raise Unreadable(file, f"not {FORMS}")
    return {str(name): _text(file, str(name), value) for name, value in given}


def _content(file: str) -> str:
    if is_pipe(file):  # As a shell gives one for `<(sops decrypt prod.json)`.
        with Path(file).open("rb") as opened:
            return stream(file, opened)
    return content(file)


def _given(file: str, entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, dict) and entry.keys() >= {"ParameterKey", "ParameterValue"}:
        return entry["ParameterKey"], entry["ParameterValue"]
    if isinstance(entry, str) and entry.partition("=")[0] and "=" in entry:
        name, _, value = entry.partition("=")
        return name, value
    raise Unreadable(file, f"not {FORMS}")


def _text(file: str, name: str, value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
        case list():
            return ",".join(_text(file, name, each) for each in value)
    raise Unreadable(file, f"the value of `{name}` is neither a text nor a list of such")
