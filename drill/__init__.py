"""
The drill: faults and load on every engine, until the rotation breaks or is believed.

It shares its worlds with the tests: a secret and its service in memory, real servers, crash points that are found by watching.
"""

import sys
from pathlib import Path

_TESTS = Path(__file__).resolve().parent.parent / "tests"
for _folder in (_TESTS, _TESTS / "rotation"):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))
