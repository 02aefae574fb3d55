"""
Which files of a folder Terraform and OpenTofu read, and in which order.

Sources: Terraform's "Override Files" and "Variable Definition Precedence", OpenTofu's "Files and Directories"; read 2026-11. What editors
leave behind is passed over, as `IsIgnoredFile` in Terraform's `configs` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
IN_JSON = (".tf.json", ".tofu.json")


def declaring(folder: File) -> list[File]:
    """The files that declare: what is in HCL before what is in JSON, and those that override others at the end."""
    found = {each.name: each for each in folder.iterdir() if each.name.endswith(SUFFIXES) and _is_read(each)}
    own = [each for name, each in sorted(found.items()) if not _replaced(name, found)]
    return sorted(own, key=lambda each: (overrides(each), each.name if overrides(each) else is_json(each)))


def is_json(file: File) -> bool:
    return file.name.endswith(IN_JSON)


def overrides(file: File) -> bool:
    """Whether a file completes what others declare: `override.tf`, `db_override.tf.json`."""
    bare = _bare(file.name)
    return bare == "override" or bare.endswith("_override")


def giving(folder: File) -> Iterator[File]:
    """The files that give values for variables, each before those that win over it."""
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (folder / name).exists():
            yield folder / name
    yield from sorted(
        each
        for each in folder.iterdir()
        if each.name.endswith((".auto.tfvars", ".auto.tfvars.json")) and _is_read(each)
    )


def _is_read(file: File) -> bool:
    name = file.name
    left_behind = name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
    return not left_behind and not file.is_dir()


def _replaced(name: str, found: dict[str, File]) -> bool:
    """Whether OpenTofu has a file of its own that stands for this one."""
    return name.endswith((".tf", ".tf.json")) and name.replace(".tf", ".tofu") in found


def _bare(name: str) -> str:
    return next(name.removesuffix(suffix) for suffix in SUFFIXES[::-1] if name.endswith(suffix))
