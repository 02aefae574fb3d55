"""New passwords: laws of what they are made of, and the policy that a real server has."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keyturn.rotation.errors import Rejected, Unsupported
from keyturn.rotation.password_policy import policy
from keyturn.rotation.passwords import CLASSES, LEAST_BITS, LONGEST, NO_POLICY, Policy, Rules, generate
from keyturn.rotation.secret import compose, parse
from servers import Database
from test_rotation_parts import configuration
from world import World, make

NAMES = tuple(CLASSES)

ENVIRONMENTS = st.fixed_dictionaries(
    {
        "PASSWORD_LENGTH": st.integers(1, LONGEST).map(str),
        "PASSWORD_CLASSES": st.lists(st.sampled_from(NAMES), min_size=1, unique=True).map(", ".join),
        "PASSWORD_EXCLUDED": st.text("".join(CLASSES.values()), max_size=30),
    }
)
POLICIES = st.builds(
    Policy, st.integers(0, 200), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 40), max_size=len(NAMES))
)


@st.composite
def rules(draw: st.DrawFn) -> tuple[Mapping[str, str], Rules]:
    """Settings that can be used, and the rules that they make."""
    environment = draw(ENVIRONMENTS)
    try:
        return environment, Rules.from_environment(environment)
    except Rejected:
        assume(False)
        raise


def test_passwords_are_safe_everywhere() -> None:
    made = {generate() for _ in range(200)}
    assert len(made) == 200
    for word in made:
        assert len(word) == 40
        assert all(any(mark in some for mark in word) for some in CLASSES.values())
    assert Rules().bits > 190


@given(rules())
def test_a_password_means_itself_in_a_url_a_shell_and_json(given: tuple[Mapping[str, str], Rules]) -> None:
    word = generate(given[1])
    assert quote(word, safe="") == word
    assert urlsplit(f"mysql://app:{word}@db.example:3306/shop").password == word
    assert shlex.split(f"run --password {word}") == ["run", "--password", word]
    assert shlex.quote(word) == word or "~" in word
    assert word[0].isalnum()
    assert json.dumps(word) == f'"{word}"'


@given(rules())
def test_a_password_is_what_the_configuration_says(given: tuple[Mapping[str, str], Rules]) -> None:
    environment, made = given
    word = generate(made)
    assert len(word) == int(environment["PASSWORD_LENGTH"])
    assert not set(word) & set(environment["PASSWORD_EXCLUDED"])
    classes = environment["PASSWORD_CLASSES"].split(", ")
    assert all(set(word) & set(CLASSES[name]) for name in classes)
    assert set(word) <= {mark for name in classes for mark in CLASSES[name]}
    assert made.bits >= LEAST_BITS


@given(rules(), POLICIES)
def test_a_password_meets_the_configuration_and_the_policy(
    given: tuple[Mapping[str, str], Rules], demanded: Policy
) -> None:
    _, before = given
    try:
        after = before.meeting(demanded)
    except Unsupported:
        assert any(count and name not in before.characters for name, count in demanded.least.items())
        return
    word = generate(after)
    assert len(word) >= max(before.length, demanded.length)
    for name, count in (*demanded.least.items(), *before.least.items()):
        assert sum(mark in CLASSES[name] for mark in word) >= count
    assert after.bits >= before.bits or demanded.least, "a longer one is no easier to guess"
    assert word[0].isalnum()


@given(rules())
def test_no_policy_changes_nothing(given: tuple[Mapping[str, str], Rules]) -> None:
    assert given[1].meeting(NO_POLICY) == given[1]


@given(rules(), POLICIES)
def test_meeting_a_policy_twice_is_meeting_it_once(given: tuple[Mapping[str, str], Rules], demanded: Policy) -> None:
    try:
        once = given[1].meeting(demanded)
    except Unsupported:
        return
    assert once.meeting(demanded) == once


@given(st.text(max_size=200))
def test_any_password_survives_the_secrets_json(word: str) -> None:
    assume(word)
    settings = configuration()
    document = parse(compose(parse(None, settings), word, settings), settings)
    assert document.login
    assert document.login.password == word


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PASSWORD_LENGTH": "8"}, "easy to guess"),
        ({"PASSWORD_LENGTH": "0"}, "easy to guess"),
        ({"PASSWORD_LENGTH": "129"}, "PASSWORD_LENGTH is '129'"),
        ({"PASSWORD_LENGTH": "long"}, "PASSWORD_LENGTH is 'long'"),
        ({"PASSWORD_CLASSES": "lower, runes"}, "PASSWORD_CLASSES names 'runes'"),
        ({"PASSWORD_CLASSES": "marks"}, "easy to guess"),
        ({"PASSWORD_EXCLUDED": "0123456789"}, "PASSWORD_EXCLUDED leaves no digits"),
    ],
)
def test_settings_that_cannot_be_used_are_named(environment: dict[str, str], says: str) -> None:
    with pytest.raises(Rejected, match=says):
        Rules.from_environment(environment)


COMPONENT = {
    "validate_password.length": "60",
    "validate_password.mixed_case_count": "4",
    "validate_password.number_count": "6",
    "validate_password.special_char_count": "12",
}
"""Stricter than what passwords are without it."""


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, NO_POLICY),
        ({"strict_password_validation": "ON"}, Policy(0, {})),
        ({"validate_password.policy": "LOW", **COMPONENT}, Policy(60, {})),
        ({"validate_password_policy": "0", "validate_password_length": "9"}, Policy(9, {})),
        (
            {"validate_password.policy": "MEDIUM", **COMPONENT},
            Policy(60, {"lower": 4, "upper": 4, "digits": 6, "marks": 12}),
        ),
        (
            {"validate_password_policy": "STRONG", "validate_password_mixed_case_count": "2"},
            Policy(0, {"lower": 2, "upper": 2, "digits": 0, "marks": 0}),
        ),
        (
            {
                "simple_password_check_minimal_length": "50",
                "simple_password_check_letters_same_case": "3",
                "simple_password_check_digits": "5",
                "simple_password_check_other_characters": "7",
                "strict_password_validation": "OFF",
            },
            Policy(50, {"lower": 3, "upper": 3, "digits": 5, "marks": 7}),
        ),
    ],
)
def test_policies_are_read_from_settings(settings: dict[str, str], expected: Policy) -> None:
    assert policy(settings) == expected


def test_a_mariadb_server_that_takes_no_verifiers_is_told_before_anything_is_stored() -> None:
    """With a password check and strict_password_validation, its default, MariaDB 10.11 answers 1290 to a verifier."""
    with pytest.raises(Unsupported, match="strict_password_validation is on; turn it off"):
        policy({"simple_password_check_digits": "1", "strict_password_validation": "ON"})


@pytest.fixture
def with_a_policy(database: Database) -> Iterator[Database]:
    """A server whose policy is stricter than what passwords are without it."""
    server = database.server
    server.execute("INSTALL COMPONENT 'file://component_validate_password'")
    try:
        for name, value in COMPONENT.items():
            server.execute(f"SET GLOBAL {name} = {value}")
        yield database
    finally:
        server.execute("UNINSTALL COMPONENT 'file://component_validate_password'")


def test_a_rotation_meets_the_servers_policy(with_a_policy: Database) -> None:
    """The server itself judges: it does not take a password that does not meet its policy."""
    world = make(with_a_policy)
    world.rotate()
    world.rotate()
    world.assert_invariant()
    word = world.password() or ""
    assert len(word) == 60
    server = with_a_policy.server
    server.execute("CREATE USER %s IDENTIFIED BY %s", (with_a_policy.new_name(), word))
    with pytest.raises(Exception, match="1819"):
        server.execute("CREATE USER %s IDENTIFIED BY %s", (with_a_policy.new_name(), generate()))
    world.assert_nothing_leaked()


def test_a_policy_that_the_configuration_cannot_meet_is_told(with_a_policy: Database) -> None:
    world = make(with_a_policy, PASSWORD_CLASSES="lower, upper, digits")
    with pytest.raises(Unsupported, match="demands marks in a password, and the configuration has none"):
        world.rotate()
    assert world.password() is None


def test_the_configured_password_is_what_the_secret_gets(world: World, database: Database) -> None:
    world.rotate()
    assert len(world.password() or "") == 40
    other = make(database, PASSWORD_LENGTH="25", PASSWORD_EXCLUDED="lI0O-_.")
    other.rotate()
    word = other.password() or ""
    assert len(word) == 25
    assert not set(word) & set("lI0O-_.")
    other.assert_invariant()
