from clouds import cloud  # noqa: F401
from installed import run  # noqa: F401
