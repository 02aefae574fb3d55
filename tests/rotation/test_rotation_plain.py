"""The plain strategies: they have to be chosen, do what they can without an administrator, and say what they cost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pg8000.native import identifier, literal

from crashes import distinct
from keyturn.rotation.configuration import Configuration
from keyturn.rotation.errors import Postponed, Refused, Rejected, Unsupported
from kinds import MARIADB, MYSQL, POSTGRESQL, kind_of
from secretsmanager import ADMIN_ARN, CURRENT, PREVIOUS
from servers import Database
from world import DAY, HOUR, Crash, World, boundaries, make, stop_before

FIRST = "The first, 1"


def user(world: World, name: str, password: str = FIRST) -> None:
    """A user as somebody has made it, with the rights to log in to the database; MariaDB and PostgreSQL log the statement as it is."""
    database = world.database
    world.in_clear.add(password)
    if kind_of(database.server) is POSTGRESQL:
        database.server.execute(f"CREATE ROLE {identifier(name)} LOGIN PASSWORD {literal(password)}")
    else:
        database.server.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (name, password))
        database.server.execute(f"GRANT SELECT ON {database.schema}.* TO %s@'%%'", (name,))


def put(world: World, name: str, password: str = FIRST) -> None:
    world.manager.put_by_hand(json.dumps({"username": name, "password": password}))
    world.password()


@pytest.fixture
def single(any_database: Database) -> Iterator[World]:
    """One user, its password in the secret, and no administrator."""
    world = make(any_database, STRATEGY="single-user", ADMIN_SECRET_ARN="")
    user(world, world.user)
    put(world, world.user)
    yield world
    assert ADMIN_ARN not in world.manager.read
    world.assert_nothing_leaked()


@pytest.fixture
def alternating(any_database: Database) -> Iterator[World]:
    """Two users, the clone's password put first."""
    world = make(any_database, STRATEGY="alternating-users", ADMIN_SECRET_ARN="")
    for name in (f"{world.user}_clone", world.user):
        user(world, name)
        put(world, name, FIRST)
    world.manager.pass_time(DAY + HOUR)
    yield world
    assert ADMIN_ARN not in world.manager.read
    world.assert_nothing_leaked()


def logs_in(world: World, name: str, password: str) -> bool:
    return world.kind.logs_in(world, name, password)


@pytest.fixture(autouse=True)
def as_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL a user acts as itself here."""
    plain = type(POSTGRESQL).logs_in

    def logs_in(self: object, world: World, username: str, password: str) -> bool:
        try:
            return plain(POSTGRESQL, world, username, password)
        except AssertionError:
            return True

    monkeypatch.setattr(type(POSTGRESQL), "logs_in", logs_in)


# One user


def test_one_user_changes_its_own_password_and_says_what_that_costs(single: World) -> None:
    single.rotate()
    assert single.password(PREVIOUS) == FIRST
    assert not logs_in(single, single.user, FIRST)
    single.rotate()
    assert single.logs_in(single.password() or "")
    changes = [run for run in single.runs() if run["step"] == "setSecret"]
    assert {run["strategy"] for run in changes} == {"single-user"}
    assert all("no login works" in run["outage"] for run in changes)
    assert sum(run["logins"]["refused"] for run in single.runs()) == 0


def test_too_little_time_changes_nothing_of_one_user(single: World) -> None:
    single.remaining = 11_999
    with pytest.raises(Postponed, match="s are left"):
        single.rotate()
    assert logs_in(single, single.user, FIRST)
    single.remaining = 60_000
    single.recover()
    assert single.logs_in(single.password() or "")


def test_the_outage_of_one_user_is_real_and_ends_with_the_next_try(single: World) -> None:
    """Why it has to be chosen: between setSecret and finishSecret nobody can log in with what the secret says."""
    stop_before(single, "testSecret")
    assert not single.logs_in(single.password() or "")
    single.recover()
    assert single.logs_in(single.password() or "")


def test_one_user_after_a_crash_at_any_point(single: World, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[str] = []
    with boundaries(single, monkeypatch, lambda when, what: points.append(f"{when} {what}")):
        single.rotate()
    for number in distinct(points, single.database):
        left = [number]

        def reached(when: str, what: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise Crash

        before = single.password()
        with pytest.raises(Crash), boundaries(single, monkeypatch, reached):
            single.rotate()
        single.recover()
        if single.password() == before:
            single.rotate()
        assert single.logs_in(single.password() or "")


def test_one_user_whose_password_nobody_knows_is_told(single: World) -> None:
    single.kind.change_by_hand(single, "by a DBA, 1")
    with pytest.raises(Refused, match="access denied"):
        single.rotate()
    with pytest.raises(Refused):
        single.tick()


def test_one_user_can_go_back(single: World) -> None:
    single.rotate()
    newer = single.password() or ""
    single.ask("rollback")
    assert single.password() == FIRST
    assert logs_in(single, single.user, FIRST)
    assert not logs_in(single, single.user, newer)
    assert single.ask("status")["passwords"] == {CURRENT: "newest", PREVIOUS: "refused"}
    assert single.ask("discard")["outcome"] == "nothing"


def test_an_account_that_must_give_its_current_password_is_rotated(database: Database) -> None:
    world = make(database, STRATEGY="single-user", ADMIN_SECRET_ARN="")
    user(world, world.user)
    database.server.execute("ALTER USER %s@'%%' PASSWORD REQUIRE CURRENT", (world.user,))
    put(world, world.user)
    world.rotate()
    assert world.logs_in(world.password() or "")


def test_an_account_with_another_plugin_is_rotated(database: Database) -> None:
    world = make(database, STRATEGY="single-user", ADMIN_SECRET_ARN="")
    user(world, world.user)
    database.server.execute("ALTER USER %s@'%%' IDENTIFIED WITH sha256_password BY %s", (world.user, FIRST))
    put(world, world.user)
    world.rotate()
    assert world.logs_in(world.password() or "")


# Two users


def test_two_users_take_turns_and_both_log_in(alternating: World) -> None:
    world, clone = alternating, f"{alternating.user}_clone"
    world.rotate()
    assert json.loads(world.manager.value(CURRENT) or "")["username"] == clone
    assert logs_in(world, clone, world.password() or "")
    assert logs_in(world, world.user, FIRST)
    with pytest.raises(Postponed, match="keep working"):
        world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    assert json.loads(world.manager.value(CURRENT) or "")["username"] == world.user
    world.assert_invariant()
    assert sum(run["logins"]["refused"] for run in world.runs()) == 0
    world.tick()
    assert world.runs()[-1]["outcome"] == "nothing"


def test_a_leaked_password_of_two_users_can_be_ended(alternating: World) -> None:
    alternating.rotate()
    assert alternating.ask("status")["passwords"] == {CURRENT: "newest", PREVIOUS: "retained"}
    alternating.ask("discard")
    assert not logs_in(alternating, alternating.user, FIRST)
    assert alternating.logs_in(alternating.password() or "")


def test_two_users_can_go_back_with_no_change(alternating: World) -> None:
    alternating.rotate()
    alternating.ask("rollback")
    assert json.loads(alternating.manager.value(CURRENT) or "")["username"] == alternating.user
    alternating.assert_invariant()


def test_a_second_user_that_the_secret_has_never_had_is_asked_for(any_database: Database) -> None:
    world = make(any_database, STRATEGY="alternating-users", ADMIN_SECRET_ARN="")
    user(world, world.user)
    put(world, world.user)
    with pytest.raises(Unsupported, match="never had a password of"):
        world.rotate()
    assert logs_in(world, world.user, FIRST)


# The choice


def test_without_a_password_a_plain_strategy_makes_no_user(any_database: Database) -> None:
    world = make(any_database, STRATEGY="single-user", ADMIN_SECRET_ARN="")
    with pytest.raises(Unsupported, match="makes no users"):
        world.rotate()
    assert not world.verifiers()


def test_without_an_administrator_the_choice_is_told(database: Database) -> None:
    with pytest.raises(Rejected, match=r"ADMIN_SECRET_ARN is not set; .*single-user or alternating-users"):
        make(database, ADMIN_SECRET_ARN="")
    with pytest.raises(Rejected, match="STRATEGY is 'plain'"):
        make(database, STRATEGY="plain")


def test_what_cannot_have_two_passwords_is_told_the_choice(database: Database) -> None:
    world = make(database)
    database.server.execute("CREATE USER %s@'%%' IDENTIFIED WITH sha256_password BY 'x'", (world.user,))
    with pytest.raises(Unsupported, match="STRATEGY can be single-user or alternating-users"):
        world.rotate()


@pytest.mark.parametrize("kind", [MYSQL, MARIADB, POSTGRESQL])
def test_the_names_that_take_turns(kind: object) -> None:
    def configuration(strategy: str) -> Configuration:
        fields = dict.fromkeys(Configuration.__slots__)
        return Configuration(**{**fields, "user": "app", "engine": kind.engine, "strategy": strategy})  # type: ignore[arg-type,attr-defined]

    single, alternating = configuration("single-user"), configuration("alternating-users")
    assert (single.login_after(None), single.login_after("app")) == ("app", "app")
    assert [alternating.login_after(name) for name in (None, "app", "app_clone")] == ["app", "app_clone", "app"]
