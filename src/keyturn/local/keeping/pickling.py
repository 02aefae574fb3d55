"""
The state of a cloud as bytes: pickles, with what moto's state holds beyond plain data.

moto's backends refer to each other, so each is written as its own part and mentioned by its name. Keys, locks, dictionaries of weak
references and small functions, which do not pickle by themselves, are written as what they are made of.
"""

from __future__ import annotations

import importlib
import io
import marshal
import pickle
import threading
import types
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from keyturn.local.clock import Alarm

Name = tuple[str, str, str]
"""Of a backend: service, account, region."""

_LOCKS: dict[type, Callable[[], Any]] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
}

_KEYS = (RSAPrivateKey, EllipticCurvePrivateKey, Ed25519PrivateKey)


def dumps(value: Any, name_of: Callable[[Any], Name | None]) -> bytes:
    """
    Write a value.

    Args:
        name_of: The name of an object that is a backend; None for others.

    Raises:
        Exception: There is something in it that cannot be written.
    """
    written = io.BytesIO()
    _Pickler(written, name_of).dump(value)
    return written.getvalue()


def loads(written: bytes, named: Callable[[Name], Any]) -> Any:
    """
    Read a value that `dumps` wrote, on this machine and for this user: reading runs what is in it.

    Args:
        named: The backend of a name.
    """
    return _Unpickler(io.BytesIO(written), named).load()


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, name_of: Callable[[Any], Name | None]) -> None:
        super().__init__(file, protocol=5)
        self._name_of = name_of

    def persistent_id(self, obj: Any) -> Name | None:
        return self._name_of(obj)

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) in _LOCKS:
            return _LOCKS[type(obj)], ()
        if isinstance(obj, Alarm):
            return type(None), ()  # whoever had it set sets it again
        if isinstance(obj, defaultdict) and type(obj) is not defaultdict:
            return _defaultdict, (type(obj), obj.default_factory), vars(obj), None, iter(obj.items())
        if isinstance(obj, weakref.WeakValueDictionary):
            return _weak, (dict(obj),)
        if isinstance(obj, types.FunctionType) and "<locals>" in obj.__qualname__:
            cells = tuple(cell.cell_contents for cell in obj.__closure__ or ())
            return _function, (marshal.dumps(obj.__code__), obj.__module__, obj.__defaults__, cells)
        if isinstance(obj, _KEYS):
            pem = obj.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return _key, (pem,)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, named: Callable[[Name], Any]) -> None:
        super().__init__(file)
        self._named = named

    def persistent_load(self, pid: Any) -> Any:
        return self._named(pid)


def _defaultdict(kind: type[defaultdict[Any, Any]], factory: Callable[[], Any] | None) -> defaultdict[Any, Any]:
    """One of a class of its own, whose constructor is not asked: its arguments are not known."""
    made = kind.__new__(kind)
    defaultdict.__init__(made, factory)
    return made


def _weak(items: dict[Any, Any]) -> weakref.WeakValueDictionary[Any, Any]:
    return weakref.WeakValueDictionary(items)


def _function(code: bytes, module: str, defaults: tuple[Any, ...] | None, cells: tuple[Any, ...]) -> types.FunctionType:
    """A function that was made inside another: its code is Python's own, so it is good for the same Python only."""
    namespace = vars(importlib.import_module(module))
    closure = tuple(types.CellType(content) for content in cells)
    return types.FunctionType(
        marshal.loads(code),  # noqa: S302
        namespace,
        None,
        defaults,
        closure,
    )


def _key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)
