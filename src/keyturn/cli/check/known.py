"""The baselines of an examination, and what of them was found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from keyturn.baseline import Baseline, Found, load
from keyturn.check import Result
from keyturn.fingerprint import Fingerprint
from keyturn.settings import Settings
from keyturn.suppressions import Complaint, Suppressed


class Known:
    """
    What is known of what is found. A baseline is read when it is first asked for.

    Args:
        baseline: The file of known findings; None leaves it to the settings of each program.
        anew: Whether nothing is known.
    """

    def __init__(self, baseline: Path | None, *, anew: bool) -> None:
        self.baseline = baseline
        self.anew = anew
        self.loaded: dict[Path, Baseline] = {}
        self.met: dict[Path, Counter[tuple[str, Fingerprint]]] = {}

    def sifted(self, result: Result, settings: Settings) -> tuple[tuple[Found, ...], tuple[Suppressed, ...]]:
        """A result's findings that are new, and those that its baseline knows."""
        file = self._file(settings)
        return self._baseline(file).sift(result.findings, self.met[file]) if file else (result.findings, ())

    def stale(self, programs: Iterable[tuple[Settings, frozenset[str]]]) -> Iterator[Complaint]:
        """
        Entries that nothing needs any more.

        Args:
            programs: Each with its settings and its files.
        """
        checked: dict[Path, set[str]] = {}
        for settings, files in programs:
            if (file := self._file(settings)) is not None:
                checked.setdefault(file, set()).update(files)
        for file, names in checked.items():
            yield from self._baseline(file).stale(self.met[file], names)

    def _file(self, settings: Settings) -> Path | None:
        return None if self.anew else self.baseline or settings.baseline

    def _baseline(self, file: Path) -> Baseline:
        if file not in self.loaded:
            self.loaded[file] = load(file)
            self.met[file] = Counter()
        return self.loaded[file]
