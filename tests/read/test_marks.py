"""Laws of the marks that references carry through a program."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from keyturn.graph import Ref, Text, Unknown
from keyturn.read.pulumi.marks import Marks, plain

WORDS = st.text(st.characters(exclude_categories=("Co", "Cs")), max_size=20)
"""Any text but what has characters of the private area in it, which is where marks are."""
NAMES = st.text(st.characters(exclude_categories=("Co", "Cs")), min_size=1, max_size=20)


def marked(marks: Marks, value: str, name: str = "Key") -> str:
    return marks.give(Text(value, (Ref(name),)))


@given(WORDS)
def test_a_text_without_marks_is_itself(text: str) -> None:
    assert Marks().text(text) == text


@given(WORDS, NAMES, WORDS)
def test_joining_keeps_value_and_reference(before: str, value: str, after: str) -> None:
    marks = Marks()
    read = marks.text(before + marked(marks, value) + after)
    assert read == before + value + after
    assert isinstance(read, Text) or "{{resolve:" in before + value + after
    if isinstance(read, Text):
        assert Ref("Key") in read.parts
        assert "".join(value if isinstance(part, Ref) else str(part) for part in read.parts) == before + value + after


@given(WORDS, WORDS)
def test_json_keeps_them_however_often_it_is_written(value: str, other: str) -> None:
    marks = Marks()
    text = json.dumps({"a": marked(marks, value), "b": [marked(marks, other, "Other")]})
    read = marks.read(json.loads(json.loads(json.dumps(text))))
    assert read == {"a": value, "b": (other,)}


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_several_are_told_apart(values: list[str]) -> None:
    marks = Marks()
    text = "".join(marked(marks, value, f"R{number}") for number, value in enumerate(values))
    read = marks.text(text)
    if isinstance(read, Text):
        assert [part.name for part in read.parts if isinstance(part, Ref)] == [f"R{n}" for n in range(len(values))]


@given(WORDS, st.integers(0, 40))
def test_cutting_leaves_no_scrap_of_a_mark(value: str, length: int) -> None:
    marks = Marks()
    read = marks.text(marked(marks, value)[:length])
    assert not isinstance(read, str) or not any("\ue5f0" <= character <= "\ue5f1" for character in read)


@given(WORDS, WORDS)
def test_unknown_stays_unknown(before: str, after: str) -> None:
    marks = Marks()
    assert marks.text(before + marks.give(Unknown("why")) + after) == Unknown("why")


def test_a_changed_text_is_text() -> None:
    marks = Marks()
    read = marks.text(marked(marks, "abc").upper())
    assert read == "ABC"
    assert not isinstance(read, Text)


def test_json_inside_text_shows_no_marks() -> None:
    marks = Marks()
    text = json.dumps({"host": marked(marks, "db.example")})
    assert plain(text) == '{"host": "db.example"}'
    assert marks.text(text) == '{"host": "db.example"}'
