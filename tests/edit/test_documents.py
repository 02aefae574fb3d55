"""Edits of YAML and JSON texts: what is asked for changes, and not a character more."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keyturn.edit import json as json_edit
from keyturn.edit import yaml as yaml_edit
from keyturn.edit.refusal import EditError
from keyturn.graph import Path

STATEMENT = {"Sid": "x", "Action": ["a", "b"]}


@pytest.mark.parametrize(
    ("before", "path", "data", "after"),
    [
        ("A: 1 # why\nB: 2\n", "A", 3, "A: 3 # why\nB: 2\n"),
        ("A: 'x'\n", "A", "y: z", "A: 'y: z'\n"),
        ("A:\nB: 2\n", "A", 3, "A: 3\nB: 2\n"),
        ("A: {B: 1, C: 2}\n", "A.B", "x, y", "A: {B: 'x, y', C: 2}\n"),
        ("A: {B: 1}\n", "A.C", 2, "A: {B: 1, C: 2}\n"),
        ("A:\n  B: 1 # why\n\n# end\nD: 1\n", "A.C", [1], "A:\n  B: 1 # why\n  C:\n    - 1\n\n# end\nD: 1\n"),
        ("A:\n    B:\n        C: 1\n", "A.D.E", 2, "A:\n    B:\n        C: 1\n    D:\n        E: 2\n"),
        ("A:\n  B: {}\n", "A.B.C", 2, "A:\n  B:\n    C: 2\n"),
        ("A:\n  B:\n", "A.B.C", 2, "A:\n  B:\n    C: 2\n"),
        ("A: |\n  text\n  more\nB: 1\n", "A", "x", "A: x\nB: 1\n"),
        ("A:\n  B: 1\n  C: 2\nD: 1\n", "A", {"X": 1, "Y": [2]}, "A:\n  X: 1\n  Y:\n    - 2\nD: 1\n"),
        ("A: 1\nB:\n- x\n", "A", ["y"], "A:\n- y\nB:\n- x\n"),
        ("A: # why\n- x\nB: 1\n", "A", 2, "A: 2 # why\nB: 1\n"),
        ("A: # why\n- x\nB: 1\n", "A", {"C": 1, "D": 2}, "A: # why\n  C: 1\n  D: 2\nB: 1\n"),
        ("A: 1", "B", 2, "A: 1\nB: 2"),
        ("A: 1\r\nB: 2\r\n", "A", {"C": 1, "D": 2}, "A:\r\n  C: 1\r\n  D: 2\r\nB: 2\r\n"),
        ("A: !If [C, {B: 1}, 2]\n", ("A", "Fn::If", 1, "B"), 5, "A: !If [C, {B: 5}, 2]\n"),
        ("A: 1\n", "A", {"Fn::Sub": "${B}-x"}, 'A: !Sub "${B}-x"\n'),
        ("A: 1\n", "A", "two\nlines", 'A: "two\\nlines"\n'),
        ("Anchored: &one\n  B: 1\nA: 1\n", "A", {"C": {"D": 2}}, "Anchored: &one\n  B: 1\nA:\n  C:\n    D: 2\n"),
        ("- A: 1\n  B: 2\n- C\n", (0, "B"), 3, "- A: 1\n  B: 3\n- C\n"),
        ("- A: 1\n- C\n", (1,), {"X": 1, "Y": 2}, "- A: 1\n- X: 1\n  Y: 2\n"),
    ],
)
def test_replacing_in_yaml(before: str, path: str | Path, data: Any, after: str) -> None:
    assert yaml_edit.Document(before).replace(steps(path), data) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (
            "A:\n  - one # first\n\nB: 1\n",
            "A",
            "A:\n  - one # first\n  - Sid: x\n    Action:\n      - a\n      - b\n\nB: 1\n",
        ),
        ("A:\n- one\nB: 1\n", "A", "A:\n- one\n- Sid: x\n  Action:\n  - a\n  - b\nB: 1\n"),
        ("A: [one]\n", "A", "A: [one, {Sid: x, Action: [a, b]}]\n"),
        ("A: []\n", "A", "A:\n  - Sid: x\n    Action:\n      - a\n      - b\n"),
        ("A:\n", "A", "A:\n  - Sid: x\n    Action:\n      - a\n      - b\n"),
        ("B: 1\n", "A", "B: 1\nA:\n  - Sid: x\n    Action:\n      - a\n      - b\n"),
        ("A: {}\n", "A", "A:\n  - Sid: x\n    Action:\n      - a\n      - b\n"),
        ("A: {Sid: y}\n", "A", "A: [{Sid: y}, {Sid: x, Action: [a, b]}]\n"),
        (
            "A:\n  Sid: y # why\n  B:\n    C: 1\n",
            "A",
            "A:\n  - Sid: y # why\n    B:\n      C: 1\n  - Sid: x\n    Action:\n      - a\n      - b\n",
        ),
        ("A:\n  -\n    B: 1\n", "A", "A:\n  -\n    B: 1\n  - Sid: x\n    Action:\n      - a\n      - b\n"),
        (
            "A:\n  - - 1\n    - 2\n",
            ("A", 0),
            "A:\n  - - 1\n    - 2\n    - Sid: x\n      Action:\n        - a\n        - b\n",
        ),
        (
            "A:\n  - |\n    text\n  # end\nB: 1\n",
            "A",
            "A:\n  - |\n    text\n  - Sid: x\n    Action:\n      - a\n      - b\n  # end\nB: 1\n",
        ),
    ],
)
def test_appending_in_yaml(before: str, path: str | Path, after: str) -> None:
    assert yaml_edit.Document(before).append(steps(path), STATEMENT) == after


@pytest.mark.parametrize(
    ("text", "path", "because"),
    [
        ("A: &a {B: 1}\nC: *a\n", "C.B", "it is written once for several places (an alias)"),
        ("A: &a {B: 1}\nC: *a\n", "A.B", "it is written once for several places (an alias)"),
        ("A: !Sub '{}'\n", "A.B", "`A` is made by a function, or is no object"),
        ("A: text\n", "A.B", "`A` is made by a function, or is no object"),
        ("A: {}\n", ("A", "B", 0), "`0` stands in a list that is not there"),
    ],
)
def test_what_cannot_be_edited_safely_is_left_alone(text: str, path: str | Path, because: str) -> None:
    with pytest.raises(EditError) as refused:
        yaml_edit.Document(text).replace(steps(path), 1)
    assert str(refused.value) == because


@pytest.mark.parametrize(
    ("before", "path", "data", "after"),
    [
        ('{"A": 1, "B": 2}', "A", "x", '{"A": "x", "B": 2}'),
        ('{"A": 1}', "B", [1], '{"A": 1, "B": [1]}'),
        (
            '{\n  "A": {\n    "B": 1\n  }\n}\n',
            "A.C",
            {"D": 1},
            '{\n  "A": {\n    "B": 1,\n    "C": {\n      "D": 1\n    }\n  }\n}\n',
        ),
        ('{\n\t"A": {}\n}', "A.B", 1, '{\n\t"A": {\n\t\t"B": 1\n\t}\n}'),
        ('{\r\n "A": [\r\n  1\r\n ]\r\n}', ("A", 0), {"B": 1}, '{\r\n "A": [\r\n  {\r\n   "B": 1\r\n  }\r\n ]\r\n}'),
    ],
)
def test_replacing_in_json(before: str, path: str | Path, data: Any, after: str) -> None:
    assert json_edit.Document(before).replace(steps(path), data) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"A": [1]}', '{"A": [1, {"B": 2}]}'),
        ('{"A": []}', '{"A": [{"B": 2}]}'),
        ('{"A": {"C": 1}}', '{"A": [{"C": 1}, {"B": 2}]}'),
        ('{\n  "A": [\n    1\n  ]\n}', '{\n  "A": [\n    1,\n    {\n      "B": 2\n    }\n  ]\n}'),
        ('{\n  "A": [1]\n}', '{\n  "A": [1, { "B": 2 }]\n}'),
        (
            '{\n  "A": {\n    "C": 1\n  }\n}',
            '{\n  "A": [\n    {\n      "C": 1\n    },\n    {\n      "B": 2\n    }\n  ]\n}',
        ),
    ],
)
def test_appending_in_json(before: str, after: str) -> None:
    assert json_edit.Document(before).append(("A",), {"B": 2}) == after


def steps(path: str | Path) -> Path:
    return tuple(path.split(".")) if isinstance(path, str) else path


keys = st.text("abcXYZ:- ", min_size=1, max_size=5).filter(lambda key: key == key.strip())
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=10)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-99, 99),
    texts,
    st.sampled_from(["yes", "2012-10-17", "1e3", "a: b", "#", "- x", "*a", "{"]),
)
data = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=10,
)
documents = st.dictionaries(keys, data, min_size=1, max_size=4)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Any, Path, Any]:
    """A document, a path into it or one key beyond, and what to put there."""
    document = draw(documents)
    path: Path = ()
    value: Any = document
    while True:
        if isinstance(value, dict) and value and draw(st.booleans() if path else st.just(True)):
            key = draw(st.sampled_from(sorted(value)))
            path, value = (*path, key), value[key]
        elif isinstance(value, list) and value and draw(st.booleans()):
            index = draw(st.integers(0, len(value) - 1))
            path, value = (*path, index), value[index]
        elif isinstance(value, dict) and draw(st.booleans()):
            path, value = (*path, draw(keys)), None
        else:
            return document, path, draw(data)


def expected(document: Any, path: Path, change: Any, *, appending: bool) -> Any:
    changed = copy.deepcopy(document)
    value = changed
    for step in path[:-1]:
        value = value[step]
    last = path[-1]
    if not appending:
        value[last] = change
    else:
        now = value.get(last) if isinstance(value, dict) else value[last]
        assume(isinstance(now, list | dict) or now is None)
        assume(now is not None or not (isinstance(value, list) or last in value))
        value[last] = [*now, change] if isinstance(now, list) else [now, change] if now else [change]
    return changed


@settings(max_examples=300, deadline=None)
@given(edits(), st.booleans(), st.sampled_from([None, False, True]), st.sampled_from([2, 3, 4]), st.booleans())
def test_any_edit_of_any_yaml_changes_just_that(
    edit: Any, appending: bool, flow: bool | None, indent: int, crlf: bool
) -> None:
    document, path, change = edit
    wanted = expected(document, path, change, appending=appending)
    text = yaml.safe_dump(
        document,
        default_flow_style=flow,
        indent=indent,
        allow_unicode=True,
        sort_keys=False,
        line_break="\r\n" if crlf else None,
    )
    made = yaml_edit.Document(text)
    assert yaml.safe_load(made.append(path, change) if appending else made.replace(path, change)) == wanted


@settings(max_examples=300, deadline=None)
@given(edits(), st.booleans(), st.sampled_from([None, 1, 2, "\t"]))
def test_any_edit_of_any_json_changes_just_that(edit: Any, appending: bool, indent: Any) -> None:
    document, path, change = edit
    wanted = expected(document, path, change, appending=appending)
    if appending and isinstance(change, dict) is False and wanted == document:
        return
    made = json_edit.Document(json.dumps(document, indent=indent))
    assert json.loads(made.append(path, change) if appending else made.replace(path, change)) == wanted
