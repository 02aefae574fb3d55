"""Which files under a folder are infrastructure programs: found by what is in them, not by their names alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from keyturn.read import cdk
from keyturn.read.ignored import Ignored
from keyturn.read.paths import exists, is_file, is_folder
from keyturn.read.source import LARGEST

SUFFIXES = (".yaml", ".yml", ".json", ".template")
CONFIGURATIONS = (".tf", ".tf.json", ".tofu", ".tofu.json")
PASSED_OVER = {"node_modules", "__pycache__", "venv"}
"""Folders that hold what others wrote; those whose name begins with a dot are passed over too."""
HEAD = 1 << 16
"""How many bytes of a JSON file tell what it is; a template may say so later, and is looked through."""

_RESOURCES = re.compile(rb"""^(?:\s*\{)?\s*["']?Resources["']?\s*:""", re.MULTILINE)
_TYPE = re.compile(rb"""["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::""")
_PLAN = re.compile(rb'"format_version"\s*:.*"(?:terraform_version|planned_values)"\s*:', re.DOTALL)
_SOURCE = re.compile(rb'(?:^\s*source\s*=|"source"\s*:)\s*"(\.\.?/[^"\n]*)"', re.MULTILINE)
_PREVIEW = re.compile(rb'"(?:urn|newState)"\s*:.*urn:pulumi:', re.DOTALL)


def programs(path: str) -> Iterator[str]:
    """
    The files and program folders under a path, in the order of their names; a path that is no folder is itself, be it there or not.

    A folder of a program (Pulumi, a CDK app's output, Terraform) is named whole; a Terraform module that another folder calls is not named
    by itself, for it is read there. What git ignores is passed over, a CDK app's output excepted.

    Whatever is named and cannot be read says so when it is read.
    """
    if path == "-" or not is_folder(path):
        yield path
    else:
        found = list(_under(path, Ignored.at(Path(path))))
        called = {module for each in found if _is_configuration(each) for module in _calls(Path(each))}
        yield from (each for each in found if not (_is_configuration(each) and Path(each).resolve() in called))


def _under(folder: str, ignored: Ignored) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder  # Reading it will say why it cannot be listed, and the others are read all the same.
        return
    if any(entry.name == "Pulumi.yaml" for entry in entries) or cdk.is_assembly(Path(folder)):
        yield folder
        return
    if any(entry.name.endswith(CONFIGURATIONS) for entry in entries):
        yield folder
    for entry in entries:
        if entry.name.startswith(".") or entry.name in PASSED_OVER:
            continue
        a_folder = entry.is_dir(follow_symlinks=False)
        if ignored.has(entry.name, is_folder=a_folder):
            if a_folder and cdk.is_assembly(Path(entry.path)):
                yield entry.path
        elif a_folder:
            yield from _under(entry.path, ignored.inside(entry.name))
        elif entry.name.endswith(SUFFIXES) and (_leads_nowhere(entry) or _is_program(Path(entry.path))):
            yield entry.path


def _leads_nowhere(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to what is not there, or round to itself: what it was to be nobody knows."""
    return entry.is_symlink() and not exists(entry.path)


def _is_configuration(path: str) -> bool:
    try:
        return is_folder(path) and is_configuration(Path(path))
    except OSError:
        return False


def is_configuration(folder: Path) -> bool:
    """Whether a folder has files of Terraform's."""
    return any(each.name.endswith(CONFIGURATIONS) for each in folder.iterdir())


def _calls(folder: Path) -> Iterator[Path]:
    """The folders of the local modules that a folder's files call."""
    for file in (each for each in folder.iterdir() if each.name.endswith(CONFIGURATIONS)):
        try:
            text = file.read_bytes() if is_file(file) else b""
        except OSError:
            continue
        yield from ((folder / match[1].decode(errors="replace")).resolve() for match in _SOURCE.finditer(text))


def _is_program(file: Path) -> bool:
    """Whether a file looks like a template with resources of AWS's, a plan of Terraform's, or a preview of Pulumi's."""
    if not is_file(file) and exists(file):
        return False  # A pipe, a socket, a device, a link to a folder.
    try:
        if file.stat().st_size <= LARGEST:
            content = file.read_bytes()
        else:
            with file.open("rb") as opened:
                content = opened.read(HEAD)
    except OSError:
        return True  # Reading it again will say why it cannot be read.
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.replace(b"\0", b"")
    content = content.lstrip(b"\xef\xbb\xbf\xff\xfe")
    head = content[:HEAD]
    if head.lstrip()[:1] == b"{" and (_PLAN.search(head) or _PREVIEW.search(head)):
        return True
    return bool(_RESOURCES.search(content) and _TYPE.search(content))
