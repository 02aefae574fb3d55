"""Everything under some paths: read, checked, and what its users do not want to be told taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from keyturn.check import Result, Verdict
from keyturn.check import run as run_checks
from keyturn.checks import looking_at
from keyturn.cli.check.known import Known
from keyturn.cli.check.texts import texts_of
from keyturn.read import Options, PartlyUnreadable, Unreadable, discover, read
from keyturn.read.paths import is_folder
from keyturn.report import Survey, Unread, verdict
from keyturn.settings import Settings, nearest
from keyturn.suppressions import Complaint, Suppressed, Suppression, comments, metadata, sift

GRAVITY = (Verdict.WEAK, Verdict.DEAD, Verdict.REFUSED)


class Wanted(NamedTuple):
    """
    What is asked of an examination.

    Attributes:
        paths: Files, folders, `-`.
        world: How to read a program, given its settings.
        least: The least verdict that is told; None leaves it to the settings.
        baseline: The file of known findings; None leaves it to the settings.
        anew: Whether all are told, also those that are known.
        jobs: How many processes to use.
    """

    paths: tuple[str, ...]
    world: Callable[[Settings], Options]
    least: Verdict | None = None
    baseline: Path | None = None
    anew: bool = False
    jobs: int = 1


class _Program(NamedTuple):
    """A program to be examined; what is less than `least` need not be told of it, unless a baseline is to see all."""

    path: str
    options: Options
    settings: Settings
    least: Verdict | None


class _Examined(NamedTuple):
    """One program, examined; `unneeded` are the suppressions that are about something of its, and that nothing needs."""

    program: _Program
    results: tuple[Result, ...] = ()
    unread: tuple[Unread, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    needed: frozenset[Suppression] = frozenset()
    unneeded: frozenset[Suppression] = frozenset()
    texts: Mapping[str, str] = {}
    files: frozenset[str] = frozenset()


def examine(wanted: Wanted) -> Survey:
    """
    Read and check everything; what cannot be read is told, and the rest is checked all the same.

    Raises:
        Misuse: Settings or a baseline cannot be understood.
    """
    known, examined, results, suppressed = Known(wanted.baseline, anew=wanted.anew), [], [], []
    for each in _all(list(_programs(wanted)), wanted.jobs):
        least = _least(wanted, each.program.settings)
        suppressed += [one for one in each.suppressed if _grave(verdict(one.check, one.finding), least)]
        for result in each.results:
            told, met = known.sifted(result, each.program.settings)
            suppressed += [one for one in met if _grave(verdict(one.check, one.finding), least)]
            results.append(_kept(Result(result.graph, told, result.undecided), least))
        examined.append(each._replace(results=(), suppressed=()))
    complaints = {complaint for each in examined for complaint in each.complaints}
    complaints.update(
        _unused(examined, wanted.paths), known.stale((each.program.settings, each.files) for each in examined)
    )
    return Survey(
        results=tuple(results),
        unread=tuple(unread for each in examined for unread in each.unread),
        suppressed=tuple(suppressed),
        complaints=tuple(sorted(complaints, key=lambda each: (each.place.file, each.place.line, each.message))),
        texts={file: text for each in examined for file, text in each.texts.items()},
    )


def _all(programs: list[_Program], jobs: int) -> Iterator[_Examined]:
    """The programs, examined, in their order."""
    if jobs > 1 and len(programs) > 1:
        from concurrent.futures import ProcessPoolExecutor

        size = max(1, len(programs) // (jobs * 32))  # So small that none waits long for the last of another.
        with ProcessPoolExecutor(min(jobs, len(programs))) as pool:
            yield from pool.map(_examine, programs, chunksize=size)
    else:
        yield from map(_examine, programs)


def _kept(result: Result, least: Verdict | None) -> Result:
    """A result with what is grave enough; where that is nothing, without what is in its graph: hundreds are held, and sent, at once."""
    told = tuple(found for found in result.findings if least is None or _grave(verdict(*found), least))
    graph = result.graph
    if graph.resources and not (told or result.undecided):
        graph = replace(graph, resources={}, parameters={}, outputs={}, remarks=(), beside=(), previous=None)
    return Result(graph, told, result.undecided)


def _least(wanted: Wanted, settings: Settings) -> Verdict:
    return wanted.least or settings.least or Verdict.DEAD


def _grave(found: Verdict, least: Verdict) -> bool:
    return GRAVITY.index(found) >= GRAVITY.index(least)


def _programs(wanted: Wanted) -> Iterator[_Program]:
    known: dict[Path, Settings] = {}
    for path in wanted.paths:
        for program in discover(path):
            settings = nearest(Path(program), known)
            if program == path or not settings.excludes(Path(program)):
                seen = not wanted.anew and bool(wanted.baseline or settings.baseline)
                yield _Program(program, wanted.world(settings), settings, None if seen else _least(wanted, settings))


def _examine(program: _Program) -> _Examined:
    try:
        graphs = read(program.path, program.options)
        unread: tuple[Unread, ...] = ()
    except PartlyUnreadable as error:
        graphs = error.graphs
        unread = tuple(Unread(each.file, each.because) for each in error.errors)
    except Unreadable as error:
        return _Examined(program, unread=(Unread(error.file, error.because),))
    texts = texts_of(graphs)
    commented = {file: comments.read(file, text) for file, text in texts.items()}
    said = [each for one in commented.values() for each in one.said]
    said += [each for graph in graphs for resource in graph for each in metadata.suppressions(resource)]
    own = [each for each in said if isinstance(each, Suppression)]
    sifted = []
    for graph in graphs:
        result = run_checks(looking_at(graph.types), graph)
        sifted.append((graph, sift(result.findings, result.undecided, [*own, *program.settings.ignore])))
    needed = frozenset(each for _, one in sifted for each in one.needed)
    lines = {file: {one.place.line for graph in graphs for one in graph if one.place.file == file} for file in texts}
    about = (
        each
        for each in own
        if each.by != "comment" or commented[each.place.file].concerns(each, lines[each.place.file])
    )
    results = tuple(_kept(Result(graph, one.findings, one.undecided), program.least) for graph, one in sifted)
    pointed = {site.place.file for result in results for _, finding in result.findings for site in finding.sites}
    return _Examined(
        program,
        results=results,
        unread=unread,
        suppressed=tuple(each for _, one in sifted for each in one.suppressed),
        complaints=tuple(each for each in said if isinstance(each, Complaint)),
        needed=needed,
        unneeded=frozenset(about) - needed,
        texts={file: text for file, text in texts.items() if file in pointed},
        files=frozenset(texts),
    )


def _unused(examined: list[_Examined], paths: Iterable[str]) -> Iterator[Complaint]:
    """Suppressions that nothing needs. One in settings is told of only where all that it may be about was examined."""
    needed = {each for one in examined for each in one.needed}
    whole = [Path(path).resolve() for path in paths if path != "-" and is_folder(path)]
    own = {each for one in examined for each in one.unneeded}
    for settings in {one.program.settings.file: one.program.settings for one in examined}.values():
        folder = settings.file.resolve().parent if settings.file else None
        if folder and any(folder.is_relative_to(path) for path in whole):
            own.update(settings.ignore)
    for each in own - needed:
        yield Complaint(each.place, f"nothing is found that `{each.check}` has to be ignored for", "take it out")
