"""Writing a user's file: whole or not at all, with the mode, line ends and byte order mark that it has."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from keyturn.edit.refusal import EditError
from keyturn.read import Unreadable
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
            content = Path(file).read_bytes()
            content.decode("utf-8")
            return cls(Path(file), decode(file, content), content.startswith(_MARK))
        except OSError as error:
            raise EditError((error.strerror or "cannot be read").lower()) from None
        except (UnicodeDecodeError, Unreadable):
            raise EditError("not UTF-8 text") from None

    def saying(self, text: str) -> Text:
        return replace(self, text=text)

    def write(self) -> None:
        """
        Put it in the place of the file, in one step; a link is followed, not replaced.

        Raises:
            EditError: The file or its folder cannot be written.
        """
        target = self.path.resolve()
        content = (_MARK if self.mark else b"") + self.text.encode()
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
            temporary.chmod(target.stat().st_mode & 0o7777)
            temporary.replace(target)
        except OSError as error:
            raise EditError((error.strerror or "cannot be written").lower()) from None
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
