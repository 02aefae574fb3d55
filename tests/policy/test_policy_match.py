"""Wildcards, held against regular expressions; and hostile patterns, which regular expressions do not survive."""

from __future__ import annotations

import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.policy import Request, evaluate
from keyturn.policy.arn import ArnGlob, ConfinedGlob, resource_glob
from keyturn.policy.match import Glob, Globs, tokens
from naive_evaluator import regex

many = settings(max_examples=1500, deadline=None)
patterns = st.text(alphabet="ab*?", max_size=8)
texts = st.text(alphabet="ab", max_size=8)
arn_patterns = st.lists(st.text(alphabet="ab*?", max_size=3), min_size=6, max_size=8).map(
    lambda parts: "arn:" + ":".join(parts)
)
arns = st.lists(st.text(alphabet="ab", max_size=3), min_size=6, max_size=8).map(lambda parts: "arn:" + ":".join(parts))


def texts_of(pattern: str, alphabet: str) -> st.SearchStrategy[str]:
    """Texts that are of a pattern, or nearly so, if its wildcards may stand for anything."""
    stand_ins = {"*": st.text(alphabet, max_size=3), "?": st.sampled_from(alphabet)}
    parts = st.tuples(*(stand_ins.get(each, st.just(each)) for each in pattern)).map("".join)
    return parts | st.tuples(parts, st.integers(0, 40)).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[0][drawn[1] + 1 :]
    )


pairs = patterns.flatmap(lambda pattern: st.tuples(st.just(pattern), texts_of(pattern, "ab") | texts))
arn_pairs = arn_patterns.flatmap(lambda pattern: st.tuples(st.just(pattern), texts_of(pattern, "ab:") | arns))


@many
@given(pairs)
def test_a_glob_is_the_regular_expression(pair: tuple[str, str]) -> None:
    pattern, text = pair
    expected = re.fullmatch(regex(pattern), text) is not None
    assert Glob(tokens(pattern)).matches(text) is expected
    assert ConfinedGlob(tokens(pattern)).matches(text) is expected


@many
@given(st.lists(patterns, max_size=4), texts)
def test_globs_match_when_one_does(several: list[str], text: str) -> None:
    expected = any(re.fullmatch(regex(pattern), text) for pattern in several)
    assert Globs(tokens(pattern) for pattern in several).matches(text) is expected


@many
@given(arn_pairs)
def test_a_resource_s_wildcards_stay_in_their_segment_unless_they_end_it(pair: tuple[str, str]) -> None:
    pattern, arn = pair
    expected = re.fullmatch(regex(pattern, confined=True), arn) is not None
    assert resource_glob(tokens(pattern)).matches(arn) is expected


@many
@given(arn_pairs)
def test_arn_operators_compare_part_by_part(pair: tuple[str, str]) -> None:
    pattern, arn = pair
    parts = list(zip(pattern.split(":", 5), arn.split(":", 5), strict=False))
    expected = len(parts) == 6 and all(re.fullmatch(regex(wanted), given) for wanted, given in parts)
    assert ArnGlob(tokens(pattern)).matches(arn) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("ab*ba", "aba", False),
        ("a*a*a", "aa", False),
        ("*aa*aa*", "aaa", False),
        ("*aa*aa*", "aaab", False),
        ("*ab*b*", "aba", False),
        ("a*?b", "ab", False),
        ("?*?", "a", False),
        ("**", "", True),
        ("a**b", "ab", True),
        ("", "", True),
        ("", "a", False),
        ("a\nb*", "a\nbc", True),
        ("[a]*", "[a]b", True),
    ],
)
def test_corners(pattern: str, text: str, matches: bool) -> None:
    assert Glob(tokens(pattern)).matches(text) is matches
    assert ConfinedGlob(tokens(pattern)).matches(text) is matches


@pytest.mark.parametrize("element", ["Action", "Resource", "confined Resource", "StringLike", "ArnLike"])
@pytest.mark.parametrize(
    "hostile",
    ["*a" * 5_000 + "*b", "a*" * 5_000 + "b", "?*" * 5_000 + "b", "*a?" * 3_000 + "b", "*" + "a?" * 3_000 + "b*"],
)
def test_hostile_patterns_come_to_an_end(hostile: str, element: str) -> None:
    text = "a" * 50_000
    statement = {
        "Action": {"Action": f"s3:{hostile}"},
        "Resource": {"Resource": f"arn:aws:s3:::{hostile}"},
        "confined Resource": {"Resource": f"arn:aws:s{hostile}:::{hostile}"},
        "StringLike": {"Condition": {"StringLike": {"test:Key": hostile}}},
        "ArnLike": {"Condition": {"ArnLike": {"test:Arn": f"arn:aws:s3:::{hostile}"}}},
    }[element]
    request = Request(
        "arn:aws:iam::111122223333:user/bob",
        f"s3:{text}",
        f"arn:aws:s3:::{text}",
        context={"test:Key": text, "test:Arn": f"arn:aws:s3:::{text}"},
    )
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"} | statement}
    decision = evaluate(request, identity_policies=[policy])
    assert decision.decision == "implicitly_denied"
    assert [each.element for each in decision.unmatched] == [next(iter(statement))]


HOSTILE = {
    "stars": "*a" * 200 + "*b",
    "stars at the end": "a*" * 200 + "b",
    "questions": "*" + "a?" * 200 + "b*",
    "questions and stars": "?*" * 200 + "b",
    "one question": "*" + "a" * 400 + "?b*",
    "runs of stars": "a" + "*" * 400 + "b",
    "repeated": "*" + "ab?" * 130 + "*c",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("make", [Glob, ConfinedGlob])
def test_a_text_twice_as_long_takes_twice_as_many_steps(pattern: str, make: type[Glob | ConfinedGlob]) -> None:
    glob = make(tokens(pattern))
    steps(glob, "a" * 500)
    once, twice = steps(glob, "a" * 2_000), steps(glob, "a" * 4_000)
    assert twice <= 2 * once + 50
    assert once <= 12 * 2_000 + 12 * len(pattern)


def steps(glob: Glob | ConfinedGlob, text: str) -> int:
    """The lines of Python that are run to match a text."""
    count = 0

    def trace(_frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        glob.matches(text)
    finally:
        sys.settrace(before)
    return count
