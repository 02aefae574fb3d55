"""
The function's package: the folder `rotation/` and its drivers, in a zip that is the same, byte for byte, every time.

boto3 and what that needs, dateutil among it, are not in it: Lambda's Python has them.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from keyturn.problem import Problem

DRIVERS = ("pymysql", "pg8000", "scramp", "asn1crypto")
"""PyMySQL; pg8000 and what it needs beyond what Lambda has. All are pure Python. Which is imported, the engine decides."""

TELL_THEIR_VERSIONS = ("pg8000", "scramp")
"""Those that ask for their own metadata when they are imported."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CODE = frozenset({".py", ".pem"})


@dataclass(frozen=True, slots=True)
class Package:
    """The zip: its bytes, and the digest that tells it from others."""

    data: bytes = field(repr=False)
    digest: str

    def file(self, folder: Path | None = None) -> Path:
        """The zip as a file named for its digest, in the user's cache if no folder is given."""
        target = (folder or _cache()) / f"rotation-{self.digest}.zip"
        if not target.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}")
            partial.write_bytes(self.data)
            partial.replace(target)
        return target


def package() -> Package:
    """
    Pack the function.

    Raises:
        Problem: A driver is not installed.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(_files()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    data = buffer.getvalue()
    return Package(data, hashlib.sha256(data).hexdigest()[:16])


def _files() -> Iterator[tuple[str, Path]]:
    for package, name in (("keyturn.rotation", "rotation"), *((driver, driver) for driver in DRIVERS)):
        root = _folder(package)
        for path in root.rglob("*"):
            if path.suffix in _CODE and path.is_file() and "__pycache__" not in path.parts:
                yield f"{name}/{path.relative_to(root).as_posix()}", path
    for name in TELL_THEIR_VERSIONS:
        for file in importlib.metadata.files(name) or ():
            if file.name == "METADATA":
                yield file.as_posix(), Path(str(file.locate()))


def _folder(package: str) -> Path:
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise Problem(
            f"the function's package needs {package}, which is not installed", hint="pip install 'keyturn[rotation]'"
        )
    return Path(spec.submodule_search_locations[0])


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keyturn" / "packages"
