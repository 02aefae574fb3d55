"""Writing a user's file: whole or not at all, with the mode, line ends and byte order mark that it has."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from keyturn.edit.refusal import EditError
from keyturn.read import Unreadable
from keyturn.read.paths import exists, is_file
from keyturn.read.source import decode

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text as its user wrote it, line ends included."""

    path: Path
    text: str
    mark: bool
    """Whether it begins with UTF-8's byte order mark."""

    @classmethod
    def of(cls, file: str) -> Text:
        """
        Raises:
            EditError: It cannot be read, or is not UTF-8.
        """
        try:
            if exists(file) and not is_file(file):
                raise EditError("not a file")
            content = Path(file).read_bytes()
            content.decode("utf-8")
            return cls(Path(file), decode(file, content), content.startswith(_MARK))
        except OSError as error:
            raise EditError((error.strerror or "cannot be read").lower()) from None
        except (UnicodeDecodeError, Unreadable):
            raise EditError("not UTF-8 text") from None

    def replace(self, text: str) -> None:
        """
        Let the file say something else, in one step; a link is followed, not replaced.

        Raises:
            EditError: The file or its folder cannot be written, or it does not say any more what it did.
        """
        import tempfile  # for `--fix` only

        target = self.path.resolve()
        content = (_MARK if self.mark else b"") + text.encode()
        try:
            if not os.access(target, os.W_OK):
                raise EditError("the file may not be written")
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        except OSError as error:
            raise EditError(f"its folder cannot be written: {(error.strerror or 'unknown').lower()}") from None
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._keep(temporary, target)
            if Text.of(str(self.path)) != self:
                raise EditError("it has changed since it was read")
            temporary.replace(target)
        except OSError as error:
            raise EditError((error.strerror or "cannot be written").lower()) from None
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()

    @staticmethod
    def _keep(temporary: Path, target: Path) -> None:
        """Give a file another's owner, as far as that may be, and its mode."""
        stat = target.stat()
        with contextlib.suppress(PermissionError):
            os.chown(temporary, stat.st_uid, stat.st_gid)
        temporary.chmod(stat.st_mode & 0o7777)
