"""What is worked out once of a graph or of a resource: it is remembered by that itself, and forgotten with it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar


class Memory(dict[Any, Any]):
    """What has been worked out, by function and arguments. It does not travel: another process works it out for itself."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Memory], tuple[()]]:
        return Memory, ()


class Remembering(Protocol):
    @property
    def memory(self) -> Memory: ...


Function = TypeVar("Function", bound=Callable[..., Any])


def memoized(function: Function) -> Function:
    """
    Have a function work out once what it says of its first argument, a graph or a resource; the others have to be hashable.

    A cache of the function's own would keep the last graphs whole, long after they were looked at; the next one would be built in
    memory that the processor has not at hand, and Python would look through all of them for garbage.
    """

    @functools.wraps(function)
    def known(of: Remembering, *others: Any) -> Any:
        asked = function, others
        try:
            return of.memory[asked]
        except KeyError:
            result = of.memory[asked] = function(of, *others)
            return result

    return known  # type: ignore[return-value]
