"""
What a project says of itself, so that nobody has to type it: `keyturn.toml`, or `[tool.keyturn]` in `pyproject.toml`.

A program is read with the settings of the nearest such file, in its folder or above it, up to the root of its repository. They are all
optional; the command line wins. There is none that runs a program: a folder may not say of itself that what is in it is to be run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyturn.check import Verdict
from keyturn.graph import Place
from keyturn.problem import Misuse
from keyturn.read.ignored import pattern
from keyturn.read.paths import exists, is_file, is_folder, resolved
from keyturn.read.world import Unreadable
from keyturn.resembling import resembling
from keyturn.suppressions import Files, Suppression, complaint_of

if TYPE_CHECKING:
    from keyturn.read.parameter_file import Given

REGION_FORM = r"[a-z]{2,}(-[a-z]+)+-\d+"
ACCOUNT_FORM = r"\d{12}"


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What one file sets; None or empty where it says nothing.

    Attributes:
        file: The file, as a path from the working folder where it is below that; None where there is no such file.
        parameters: Values for the parameters of programs, by name.
        variable_files: Files of Terraform's with such values.
        least: The least verdict that is told.
        exclude: What is passed over where a folder is searched.
        baseline: The file of the findings that are known.
        ignore: What is not to be told, by files.
    """

    file: Path | None = None
    region: str | None = None
    account: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    variable_files: tuple[str, ...] = ()
    least: Verdict | None = None
    exclude: tuple[Files, ...] = ()
    baseline: Path | None = None
    ignore: tuple[Suppression, ...] = ()

    def excludes(self, program: Path) -> bool:
        return any(each.covers(program) for each in self.exclude)


def nearest(path: Path, known: dict[Path, Settings]) -> Settings:
    """
    The settings that hold for a program.

    Args:
        path: Its file or its folder.
        known: The settings of folders that were looked at before; those of this one are added.

    Raises:
        Misuse: They cannot be understood; with the line.
    """
    folder = path if is_folder(path) else path.parent
    if folder in known:
        return known[folder]
    passed = [folder]
    folder = resolved(folder)
    while folder not in known:
        passed.append(folder)
        if is_file(own := folder / "keyturn.toml"):
            known[folder] = read(own)
        elif is_file(project := folder / "pyproject.toml") and "tool.keyturn" in _text(project):
            known[folder] = read(project)
        elif exists(folder / ".git") or folder.parent == folder:
            known[folder] = Settings()
        else:
            folder = folder.parent
    known.update(dict.fromkeys(passed, known[folder]))
    return known[folder]


def read(file: Path) -> Settings:
    """
    The settings in a file.

    Raises:
        Misuse: They cannot be understood; with the line.
    """
    import tomllib  # not before there is a file: most commands are run without one

    shown = _shown(file)
    text = _text(file)
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _broken(shown, str(error)) from None
    table: tuple[str, ...] = ("tool", "keyturn") if file.name == "pyproject.toml" else ()
    data: Any = whole
    for name in table:
        data = data.get(name, {})
    return _Reader(shown, file.parent.resolve(), text, table).settings(data)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Misuse(f"{_shown(file)}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise Misuse(f"{_shown(file)}: not UTF-8 text") from None


def _shown(file: Path) -> Path:
    try:
        return file.resolve().relative_to(Path.cwd().resolve())
    except ValueError:
        return file


def _broken(shown: Path, told: str) -> Misuse:
    """What TOML's parser says, with the place in front."""
    message, at, place = told.rpartition(" (at ")
    numbers = re.findall(r"\d+", place)
    where = ":".join([str(shown), *numbers])
    return Misuse(f"{where}: not TOML: {(message if at else told)[:1].lower()}{(message if at else told)[1:]}")


class _Reader:
    """Takes settings out of plain data; what is wrong with them is told with its line."""

    def __init__(self, shown: Path, folder: Path, text: str, table: tuple[str, ...]) -> None:
        self.shown = shown
        self.folder = folder
        self.text = text
        self.table = table

    def settings(self, data: Any) -> Settings:
        known: dict[str, Callable[[Any], Any]] = {
            "region": lambda value: self.string(value, "region", REGION_FORM, "a region: us-east-1"),
            "account": lambda value: self.string(
                value, "account", ACCOUNT_FORM, "an account: twelve digits, in quotes"
            ),
            "params": self.parameters,
            "param-files": self.parameter_files,
            "fail-on": lambda value: Verdict(
                self.string(value, "fail-on", "|".join(Verdict), f"one of {', '.join(Verdict)}")
            ),
            "exclude": self.exclude,
            "baseline": lambda value: self.shown.parent / self.string(value, "baseline", r".+", "the name of a file"),
            "ignore": self.ignore,
        }
        if not isinstance(data, dict):
            raise self.wrong("`tool.keyturn` is not a table", "")
        self.only(data, tuple(known))
        made = {key: known[key](value) for key, value in data.items()}
        files: list[Given] = made.pop("param-files", [])
        of_files = {name: value for each in files for name, value in each.values.items()}
        made["params"] = of_files | made.get("params", {})
        names = {"params": "parameters", "fail-on": "least"}
        return Settings(
            file=self.shown,
            variable_files=tuple(name for each in files for name in each.variable_files),
            **{names.get(key, key): value for key, value in made.items()},
        )

    def string(self, value: Any, key: str, form: str, wanted: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self.wrong(f"`{key}` is not {wanted}", key)
        return value

    def parameters(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.wrong("`params` is not a table", "params")
        for name, each in value.items():
            if not isinstance(each, str | int | float) or isinstance(each, bool):
                raise self.wrong(f"the parameter `{name}` is not a text or a number", name)
        return {name: str(each) for name, each in value.items()}

    def parameter_files(self, value: Any) -> list[Given]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong("`param-files` is not a list of files", "param-files")
        from keyturn.read.parameter_file import given

        try:
            return [given(str(self.shown.parent / each)) for each in value]
        except Unreadable as error:
            raise self.wrong(error.message, "param-files") from None

    def exclude(self, value: Any) -> tuple[Files, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong("`exclude` is not a list of patterns", "exclude")
        return tuple(self.files(each, "exclude") for each in value)

    def ignore(self, value: Any) -> tuple[Suppression, ...]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong("`ignore` is not a list of tables: write [[ignore]] before each", "ignore")
        return tuple(self.ignored(number, each) for number, each in enumerate(value))

    def ignored(self, number: int, entry: dict[str, Any]) -> Suppression:
        self.only(entry, ("check", "path", "resource", "reason"), number)
        for key in ("check", "reason", *entry):
            if not isinstance(entry.get(key, ""), str):
                raise self.wrong(f"`{key}` is not a text", key, number)
        if "check" not in entry:
            raise self.wrong("this [[ignore]] does not name its `check`", "[[ignore]]", number)
        place = Place(str(self.shown), self.line("[[ignore]]", number))
        if wrong := complaint_of(entry["check"], entry.get("reason", ""), place):
            raise Misuse(f"{place}: {wrong.message}", hint=wrong.hint)
        scope = self.files(entry.get("path", "*"), "path", entry.get("resource", ""), number)
        return Suppression(entry["check"], entry["reason"], place, scope, "settings")

    def files(self, written: str, key: str, resource: str = "", number: int | None = None) -> Files:
        made = pattern(written)
        if made is None or made[2]:
            raise self.wrong(f"`{written}` is not a pattern of paths", key, number)
        return Files(self.folder, made[0], resource)

    def only(self, data: dict[str, Any], known: tuple[str, ...], number: int | None = None) -> None:
        for key in data:
            if key not in known:
                near = resembling(key, known)
                hint = f"did you mean `{near}`?" if near else f"there are {', '.join(known)}"
                raise self.wrong(f"`{key}` is not a setting", key, number, hint=hint)

    def wrong(self, message: str, key: str, number: int | None = None, *, hint: str = "") -> Misuse:
        return Misuse(f"{self.shown}:{self.line(key, number)}: {message}", hint=hint)

    def line(self, key: str, number: int | None = None) -> int:
        """The line that gives a key, in this [[ignore]] or, without a number, anywhere; that of the table where it is not found."""
        inside = ".".join([*self.table, "ignore"])
        heads = [
            found.end() for found in re.finditer(rf"^[ \t]*\[\[\s*{re.escape(inside)}\s*\]\]", self.text, re.MULTILINE)
        ]
        begin = heads[number] if number is not None and number < len(heads) else self._table()
        given = re.compile(rf"""^\s*(?:\[+\s*(?:[\w.-]+\.)?)?["']?{re.escape(key)}["']?\s*[=\].]""", re.MULTILINE)
        found = given.search(self.text, begin) if key != "[[ignore]]" else None
        position = found.end() - 1 if found else begin
        return self.text.count("\n", 0, position) + 1

    def _table(self) -> int:
        found = re.search(r"^\s*\[tool\.keyturn", self.text, re.MULTILINE) if self.table else None
        return found.end() if found else 0
