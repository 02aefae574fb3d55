"""
Feed the readers inputs that a coverage-guided fuzzer makes up, until one fails in a way it may not: anything but a graph or `Unreadable`.

Needs atheris, in an environment of its own that has keyturn too (`pip install atheris -e .`); `tools/fuzz_readers.py` needs nothing and
damages whole examples. The rest of the command line is libFuzzer's.

    python tools/fuzz_coverage.py yaml|json|tf [folder of examples] [-max_total_time=600 …]
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["keyturn"]):
    from fuzz_readers import ask

    import keyturn.read
    from keyturn.read import Unreadable

    # Readers are imported when they are needed, which would be too late here: what is not instrumented guides nothing.
    for module in pkgutil.walk_packages(keyturn.read.__path__, "keyturn.read."):
        with contextlib.suppress(ImportError):  # What runs Pulumi's programs and SAM's translator are not needed here.
            importlib.import_module(module.name)

LONGEST = 20_000
"""Bytes of an example that is worth changing."""


def main() -> None:
    kind, *rest = sys.argv[1:]
    scratch = Path(tempfile.mkdtemp())
    corpus = scratch / "corpus"
    corpus.mkdir()
    if rest and not rest[0].startswith("-"):
        for number, example in enumerate(sorted(Path(rest.pop(0)).rglob(f"*.{kind}"))):
            if example.stat().st_size <= LONGEST:
                (corpus / f"{number}").write_bytes(example.read_bytes())
    file = scratch / f"main.{kind}"

    def one(content: bytes) -> None:
        try:
            ask(file, content)
        except Unreadable as refused:
            if "\n" in refused.message:
                raise AssertionError(f"more than one line: {refused.message!r}") from None

    atheris.Setup([sys.argv[0], f"-max_len={LONGEST}", "-timeout=20", *rest, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
