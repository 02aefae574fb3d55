"""Verifiers: the published vectors, and what a real server makes and accepts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.rotation import mysql_verifier as verifier
from keyturn.rotation.mysql_connection import connect
from keyturn.rotation.mysql_verifier import Plugin
from keyturn.rotation.report import Report
from keyturn.rotation.secret import Login
from keyturn.rotation.tls import trust
from servers import Database

PASSWORDS = ["a", "The first Password, 1", "pässword-ü-漢字", "'\"\\%s$`", "x" * 200]


@pytest.mark.parametrize(
    ("salt", "rounds", "password", "digest"),
    [
        # U. Drepper, SHA-crypt.txt, test vectors whose salts have no more than 16 characters; glibc and OpenSSL agree.
        ("saltstring", 5000, "Hello world!", "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
        ("short", 77777, "we have a short salt string but not a short password", "JiO1O3ZpDAxGJeaDIuqCoEFysAe1mZNJRs3pw0KQRd/"),
        ("asaltof16chars..", 123456, "a short string", "gP3VQ/6X7UUEW3HkBn2w1/Ptq2jxPyzV/cZKmF/wJvD"),
    ],
)  # fmt: skip
def test_published_vectors(salt: str, rounds: int, password: str, digest: str) -> None:
    made = verifier.sha256_crypt(password.encode(), salt.encode(), rounds)
    assert len(made) == 43
    assert made == digest


def test_the_rounds_are_those_that_the_server_wants() -> None:
    made = verifier.make(Plugin.SHA2, "x", rounds=7000)
    assert made.startswith("$A$007$")
    assert verifier.matches(Plugin.SHA2, made.encode(), "x")


@pytest.mark.parametrize("text", ["it's", "back\\slash", "", "a b", "%s"])
def test_a_verifier_that_would_need_quoting_is_never_written(text: str) -> None:
    with pytest.raises(ValueError, match="needs quoting"):
        _ = verifier.Verifier(Plugin.SHA2, text).literal


def test_native_vector() -> None:
    # MySQL 5.7 manual, "Password Hashing in MySQL": PASSWORD('mypass').
    assert verifier.native("mypass") == "*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"


@pytest.mark.parametrize("password", PASSWORDS)
def test_the_server_accepts_what_we_make(database: Database, password: str) -> None:
    user = database.new_name()
    made = verifier.make(Plugin.SHA2, password)
    database.server.execute(f"CREATE USER %s@'%%' IDENTIFIED WITH caching_sha2_password AS '{made}'", (user,))
    context, report = trust(database.server.ca_file), Report("test")
    login = Login(user, password)
    connect(login, database.server.host, database.server.port, database=None, context=context, report=report).close()


@pytest.mark.parametrize("password", PASSWORDS)
def test_we_recognize_what_the_server_makes(database: Database, password: str) -> None:
    user = database.new_user(password).user
    ((stored,),) = database.server.execute("SELECT HEX(authentication_string) FROM mysql.user WHERE user = %s", (user,))
    assert verifier.matches(Plugin.SHA2, bytes.fromhex(stored), password)
    assert not verifier.matches(Plugin.SHA2, bytes.fromhex(stored), password + "x")


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1), st.sampled_from(Plugin), st.integers(5, 9))
def test_a_password_matches_its_own_verifier_and_needs_no_quoting(
    password: str, plugin: Plugin, thousands: int
) -> None:
    made = verifier.make(plugin, password, rounds=thousands * 1000)
    assert verifier.matches(plugin, made.encode(), password)
    assert not verifier.matches(plugin, made.encode(), password + "!")
    assert made.isascii()
    assert not set(made) & set("'\"\\`% ")


def test_a_salt_is_never_used_twice() -> None:
    assert len({verifier.make(Plugin.SHA2, "the same") for _ in range(10)}) == 10


@pytest.mark.parametrize("stored", [b"", b"*00", b"$A$005$short", b"$A$ZZZ$" + b"." * 63, b"$5$x$y"])
@pytest.mark.parametrize("plugin", [*Plugin, "sha256_password"])
def test_what_is_not_a_verifier_matches_nothing(stored: bytes, plugin: str) -> None:
    assert not verifier.matches(plugin, stored, "")
    assert not verifier.matches(plugin, stored, "password")
