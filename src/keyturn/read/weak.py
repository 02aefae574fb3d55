"""Objects that know each other, of which one does not keep the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakMethod

Given = ParamSpec("Given")
Result = TypeVar("Result")


def weakly(method: Callable[Given, Result]) -> Callable[Given, Result]:
    """
    A bound method that does not keep what it is bound to: for what is kept by that itself.

    So both go when they are no longer needed, with the data of their file, and do not wait until Python looks for garbage.
    """
    known = WeakMethod(method)

    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        alive = known()
        assert alive is not None, "outlived by what it keeps"
        return alive(*args, **kwargs)

    return call
