"""How often Python looks for garbage in a process that ends with its command."""

import atexit
import gc

ALLOCATIONS = 50_000
"""Objects that come and stay between two looks; Python's own number is 700."""


def collect_seldom() -> None:
    """
    Look for cyclic garbage less often, and not at the very end.

    Modules, and what they load, stay to the end. Of moto and the service models of AWS they are millions of objects: to look through them
    at Python's own pace takes two of the eight seconds of a processor that `keyturn up` needs for itself; and there is hardly any garbage
    among them. To look through them once more when all is done, as Python does, takes more than one. Of `keyturn check` it is every
    sixteenth instruction.
    """
    gc.set_threshold(ALLOCATIONS, 20, 50)
    atexit.register(gc.freeze)
