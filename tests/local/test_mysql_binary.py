"""Which programs are taken for a MySQL server, and where they are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.local import mysql
from keyturn.local.mysql import mysqld
from keyturn.local.mysql.mysqld import Binary, Unsuitable, Version, installed
from keyturn.local.servers import fetch
from keyturn.problem import Problem


def program(path: Path, says: str, *, exit_code: int = 0) -> Path:
    """A program that answers `--version` with this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


ACCEPTED = {
    "/usr/sbin/mysqld  Ver 8.0.14 for Linux on x86_64 (MySQL Community Server - GPL)": Version(8, 0, 14),
    "mysqld  Ver 8.0.43-0ubuntu0.24.04.2 for Linux on x86_64 ((Ubuntu))": Version(8, 0, 43),
    "mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))": Version(9, 7, 4),
    "mysqld  Ver 8.0.35-27 for Linux on x86_64 (Percona Server (GPL), Release 27)": Version(8, 0, 35),
    "/opt/homebrew/opt/mysql/bin/mysqld  Ver 10.0.0 for macos15.4 on arm64 (Homebrew)": Version(10, 0, 0),
}

REFUSED = {
    "mysqld  Ver 8.0.13 for Linux on x86_64 (MySQL Community Server - GPL)": "is MySQL 8.0.13, older than 8.0.14",
    "mysqld  Ver 8.0.2 for Linux on x86_64 (MySQL Community Server - GPL)": "is MySQL 8.0.2, older than 8.0.14",
    "mysqld  Ver 5.7.44 for Linux on x86_64 (MySQL Community Server (GPL))": "is MySQL 5.7.44, older than 8.0.14",
    "mysqld  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)": "is not MySQL",
    "mysqld  Ver 8.0.36-MariaDB for Linux on x86_64": "is not MySQL",
    "something else 8.0.36": "is not MySQL: something else",
    "": "is not MySQL: it says nothing about its version",
}


@pytest.mark.parametrize("says", ACCEPTED)
def test_mysql_that_is_new_enough_is_accepted(tmp_path, says):
    found = Binary.at(program(tmp_path / "mysqld", says))
    assert found.version == ACCEPTED[says]
    assert found.command == (str(tmp_path / "mysqld"), "--no-defaults")


@pytest.mark.parametrize("says", REFUSED)
def test_anything_else_is_refused(tmp_path, says):
    with pytest.raises(Unsuitable) as refused:
        Binary.at(program(tmp_path / "mysqld", says))
    assert REFUSED[says] in refused.value.message


def test_versions_are_compared_as_numbers():
    assert Version(8, 0, 9) < Version(8, 0, 14) < Version(8, 4, 0) < Version(8, 10, 0) < Version(10, 0, 0)


def test_the_fingerprint_tells_builds_apart_but_not_places(tmp_path):
    here = program(tmp_path / "a" / "mysqld", f"{tmp_path}/a/mysqld  Ver 8.4.2 for Linux on x86_64 (Debian)")
    there = program(tmp_path / "b" / "mysqld", f"{tmp_path}/b/mysqld  Ver 8.4.2 for Linux on x86_64 (Debian)")
    other = program(tmp_path / "c" / "mysqld", f"{tmp_path}/c/mysqld  Ver 8.4.2 for Linux on x86_64 (Percona)")
    prints = [Binary.at(path).fingerprint for path in (here, there, other)]
    assert prints[0] == prints[1] != prints[2]
    assert prints[0].startswith("8.4.2-")


class TestTheOneThatIsNamed:
    GOOD = "mysqld  Ver 8.4.2 for Linux on x86_64"

    def test_comes_first(self, tmp_path, monkeypatch):
        program(tmp_path / "bin" / "mysqld", "mysqld  Ver 9.0.0 for Linux on x86_64")
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
        monkeypatch.setenv("KEYTURN_MYSQLD", str(program(tmp_path / "mine", self.GOOD)))
        assert mysql.binary().path == tmp_path / "mine"

    def test_may_be_a_command_on_path(self, tmp_path, monkeypatch):
        program(tmp_path / "bin" / "mysqld-8.4", self.GOOD)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
        monkeypatch.setenv("KEYTURN_MYSQLD", "mysqld-8.4")
        assert mysql.binary().path == tmp_path / "bin" / "mysqld-8.4"

    @pytest.mark.parametrize(
        ("prepare", "because"),
        [
            (lambda path: None, "mine cannot be run: No such file or directory"),
            (lambda path: path.mkdir(), "mine cannot be run: Permission denied"),
            (lambda path: path.write_text("#!/bin/sh"), "mine cannot be run: Permission denied"),
            (lambda path: program(path, "bad libraries", exit_code=127), "mine cannot be run: bad libraries"),
            (lambda path: program(path, "mysqld  Ver 5.7.44 for Linux"), "mine is MySQL 5.7.44, older than 8.0.14"),
            (
                lambda path: program(path, "mysqld  Ver 11.4.2-MariaDB for Linux"),
                "mine is not MySQL: mysqld  Ver 11.4.2-MariaDB for Linux",
            ),
        ],
    )
    def test_but_is_not_suitable_is_no_reason_to_take_another(self, tmp_path, monkeypatch, prepare, because):
        program(tmp_path / "bin" / "mysqld", self.GOOD)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
        monkeypatch.setenv("KEYTURN_MYSQLD", str(tmp_path / "mine"))
        prepare(tmp_path / "mine")
        with pytest.raises(Unsuitable) as refused:
            mysql.binary()
        assert refused.value.message == f"KEYTURN_MYSQLD: {tmp_path}/{because}"
        assert "unset KEYTURN_MYSQLD" in refused.value.hint


class TestTheOneThatIsInstalled:
    @pytest.fixture(autouse=True)
    def nothing_is(self, tmp_path, monkeypatch):
        monkeypatch.delenv("KEYTURN_MYSQLD", raising=False)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
        monkeypatch.setattr(mysqld, "USUAL_PLACES", (f"{tmp_path}/usual*/mysqld",))

    def test_is_found_on_path(self, tmp_path):
        on_path = program(tmp_path / "bin" / "mysqld", "mysqld  Ver 8.0.36 for Linux")
        program(tmp_path / "usual" / "mysqld", "mysqld  Ver 9.0.0 for Linux")
        assert mysql.binary().path == on_path

    def test_is_found_in_a_usual_place_behind_one_that_does_not_suit(self, tmp_path):
        program(tmp_path / "bin" / "mysqld", "mysqld  Ver 10.11.6-MariaDB for Linux")
        program(tmp_path / "usual@8.4" / "mysqld", "mysqld  Ver 8.4.2 for Linux")
        assert mysql.binary().path == tmp_path / "usual@8.4" / "mysqld"

    def test_is_not_used_when_apparmor_confines_it(self, tmp_path, monkeypatch):
        path = program(tmp_path / "bin" / "mysqld", "mysqld  Ver 8.0.36 for Linux")
        enabled, profiles = tmp_path / "enabled", tmp_path / "apparmor.d"
        monkeypatch.setattr(mysqld, "APPARMOR", enabled)
        monkeypatch.setattr(mysqld, "PROFILES", profiles)
        (profiles / "disable").mkdir(parents=True)
        profile = profiles / str(path.resolve())[1:].replace("/", ".")
        profile.touch()
        assert installed(), "AppArmor is not there"
        enabled.write_text("Y\n")
        assert installed() is None
        (profiles / "disable" / profile.name).symlink_to(profile)
        assert installed(), "the profile is disabled"

    @pytest.mark.parametrize(
        ("platform", "release", "hint"),
        [
            ("darwin", {}, "run: brew install mysql"),
            ("linux", {"ID": "fedora"}, "run: sudo dnf install mysql-server"),
            ("linux", {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "run: sudo dnf install mysql-server"),
            ("linux", {"ID": "arch"}, "install MySQL 8.0.14 or newer, or set KEYTURN_MYSQLD=/path/to/mysqld"),
        ],
    )
    def test_and_is_not_there_is_to_be_installed(self, tmp_path, monkeypatch, platform, release, hint):
        monkeypatch.setenv("KEYTURN_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(fetch.sys, "platform", platform)
        monkeypatch.setattr(fetch.platform, "freedesktop_os_release", lambda: release)
        monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
        with pytest.raises(Problem) as missing:
            mysql.binary()
        assert missing.value.message == "there is no MySQL 8.0.14 or newer on this machine"
        assert missing.value.hint == hint
