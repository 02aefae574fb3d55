"""
A file of values for a program's parameters.

Source: AWS CLI command reference, `cloudformation create-stack --parameters` and `cloudformation deploy --parameter-overrides`;
CodePipeline user guide, "Template configuration file"; read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keyturn.read.paths import absent, is_file, is_folder, is_pipe
from keyturn.read.source import content, load, stream
from keyturn.read.world import Unreadable

VARIABLES = (".tfvars", ".tfvars.json")
FORMS = "a list of ParameterKey and ParameterValue, a list of KEY=VALUE, or an object of names and values"


class Given(NamedTuple):
    """
    What a file gives, or several.

    Attributes:
        values: By name.
        variable_files: Files of Terraform's, which only its reader can read: what they give has types.
    """

    values: Mapping[str, str]
    variable_files: tuple[str, ...] = ()


def given(file: str) -> Given:
    """
    What a file gives: `.tfvars` (JSON too) is Terraform's, others are as `parameters` takes them.

    Raises:
        Unreadable: It is not there, or cannot be understood; of Terraform's only the first.
    """
    if not file.endswith(VARIABLES):
        return Given(parameters(file))
    if not is_file(file):
        raise Unreadable(file, "is a directory" if is_folder(file) else absent(file))
    return Given({}, (file,))


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
        pairs: Iterable[tuple[Any, Any]] = data.items()
    elif isinstance(data, list):
        pairs = [_pair(file, each) for each in data if not (isinstance(each, dict) and each.get("UsePreviousValue"))]
    else:
        raise Unreadable(file, f"not {FORMS}")
    return {str(name): _text(file, str(name), value) for name, value in pairs}


def _content(file: str) -> str:
    if is_pipe(file):  # As a shell gives one for `<(sops decrypt prod.json)`.
        with Path(file).open("rb") as opened:
            return stream(file, opened)
    return content(file)


def _pair(file: str, entry: Any) -> tuple[Any, Any]:
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
