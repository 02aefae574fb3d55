"""How often Python looks for garbage in commands that load the local AWS."""

import atexit
import gc

ALLOCATIONS = 50_000
"""Objects that come and stay between two looks; Python's own number is 700."""


def collect_seldom() -> None:
    """
    Look for cyclic garbage less often, and not at the very end.

    moto and the service models of AWS are millions of objects that stay to the end. To look through them at Python's own pace takes
    two of the eight seconds of a processor that `keyturn up` needs for itself; and there is hardly any garbage among them. To look
    through them once more when all is done, as Python does, takes more than one.
    """
    gc.set_threshold(ALLOCATIONS, 20, 50)
    atexit.register(gc.freeze)
