"""A Pulumi project on disk: `Pulumi.yaml`, and the configuration of a stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from keyturn.read.world import Unreadable


@dataclass(frozen=True, slots=True)
class Project:
    """
    What to run, and what to tell it.

    Attributes:
        root: The project's folder.
        folder: Where the program runs.
        main: The program's file.
        config: By full name; a text, or None for a secret, which stays closed.
        virtualenv: The program's own environment, if it has one.
    """

    root: Path
    folder: Path
    main: Path
    name: str
    stack: str
    config: Mapping[str, str | None] = field(default_factory=dict)
    virtualenv: Path | None = None


def project(path: Path, stack: str | None, given: Mapping[str, str]) -> Project:
    """
    Find the project that a path names: a folder with `Pulumi.yaml`, that file, or the program.

    Args:
        stack: Its name; None takes the one that there is configuration for, if it is one.
        given: Configuration that goes before the stack's.

    Raises:
        Unreadable: There is no Python program, or its files are not as Pulumi writes them.
    """
    folder = path if path.is_dir() else path.parent
    declared = _yaml(folder / "Pulumi.yaml") or _yaml(folder / "Pulumi.yml")
    name = str(declared.get("name") or folder.resolve().name)
    runtime = declared.get("runtime") or "python"
    language, options = (
        (runtime, {}) if isinstance(runtime, str) else (runtime.get("name"), runtime.get("options") or {})
    )
    if language != "python":
        raise Unreadable(str(path), f"it is a Pulumi program in {language}, and only those in Python can be run here")
    inner = folder / str(declared.get("main") or ".")
    main = path if path.suffix == ".py" else inner if inner.suffix == ".py" else inner / "__main__.py"
    if not main.is_file():
        raise Unreadable(str(path), f"there is no program {main}")
    stack = stack or _only_stack(folder)
    config = _defaults(declared, name) | _stack_config(folder / f"Pulumi.{stack}.yaml", name)
    virtualenv = options.get("virtualenv")
    return Project(
        root=folder if main.resolve().is_relative_to(folder.resolve()) else main.parent,
        folder=main.parent,
        main=main,
        name=name,
        stack=stack,
        config=config | {_full(key, name): value for key, value in given.items()},
        virtualenv=folder / str(virtualenv) if virtualenv else None,
    )


def _only_stack(folder: Path) -> str:
    stacks = [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in sorted(folder.glob("Pulumi.*.yaml"))]
    return stacks[0] if len(stacks) == 1 else "dev"


def _defaults(declared: Mapping[str, Any], name: str) -> dict[str, str | None]:
    config: dict[str, str | None] = {}
    for key, value in (declared.get("config") or {}).items():
        default = value.get("default", value.get("value")) if isinstance(value, Mapping) else value
        if default is not None:
            config[_full(key, name)] = _text(default)
    return config


def _stack_config(file: Path, name: str) -> dict[str, str | None]:
    return {_full(key, name): _text(value) for key, value in (_yaml(file).get("config") or {}).items()}


def _full(key: str, project_name: str) -> str:
    return key if ":" in key else f"{project_name}:{key}"


def _text(value: Any) -> str | None:
    """A value as Pulumi hands it to a program: everything is text, and what is not was JSON."""
    if isinstance(value, Mapping) and set(value) == {"secure"}:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _yaml(file: Path) -> Mapping[str, Any]:
    try:
        loaded = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        at = f"line {mark.line + 1}: " if mark else ""
        raise Unreadable(str(file), f"{at}{getattr(error, 'problem', None) or error}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, Mapping):
        raise Unreadable(str(file), "it is no project file of Pulumi's")
    return loaded
