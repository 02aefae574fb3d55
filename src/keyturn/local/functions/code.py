"""
What a function finds on its disk: its own code, its layers, and what Lambda's Python brings.

Only that: a package that is missing from the zip is missing here, too, also when it is installed on this machine.

Source: Lambda developer guide, "Runtimes with the Python runtime environment": boto3 and what it needs come with the runtime.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path

BROUGHT = (
    "awslambdaric",
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "runtime_client",
    "s3transfer",
    "simplejson",
    "six",
    "snapshot_restore_py",
    "urllib3",
)

_unpacking = threading.Lock()


def runtime(folder: Path) -> Path:
    """A folder for PYTHONPATH with what Lambda's Python brings; it links to what is installed here."""
    with _unpacking:
        made = folder / "runtime"
        if not made.is_dir():
            partial = Path(tempfile.mkdtemp(prefix="runtime-", dir=_there(folder)))
            for name in BROUGHT:
                spec = importlib.util.find_spec(name)
                if spec is None or spec.origin is None:
                    continue
                origin = Path(spec.origin)
                source = origin.parent if spec.submodule_search_locations else origin
                (partial / source.name).symlink_to(source)
            partial.rename(made)
    return made


def unpacked(folder: Path, archive: bytes) -> Path:
    """
    A folder with the content of a zip file, the same one for the same content.

    Raises:
        zipfile.BadZipFile: It is none.
    """
    target = folder / hashlib.sha256(archive).hexdigest()[:32]
    with _unpacking:
        if not target.is_dir():
            partial = Path(tempfile.mkdtemp(prefix="unpacking-", dir=_there(folder)))
            try:
                with zipfile.ZipFile(io.BytesIO(archive)) as files:
                    files.extractall(partial)
                partial.rename(target)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    shutil.rmtree(partial)
    return target


def _there(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
