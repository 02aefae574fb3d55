"""
Fetching a MySQL server with the real package client, from a repository of the tests' own.

The machine's configuration is replaced through APT_CONFIG, as apt.conf(5) provides for.
"""

from __future__ import annotations

import fcntl
import http.server
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from debian_repository import Repository, Signer, architecture
from keyturn.local.mysql import fetch as mysql
from keyturn.local.mysql.fetch import WANTED, fetched
from keyturn.local.mysql.mysqld import Version
from keyturn.local.servers import fetch
from keyturn.local.servers.apt import Source, configured_sources
from keyturn.local.servers.fetch import sources
from keyturn.local.servers.progress import in_tenths, silent
from keyturn.problem import Problem
from processes import eventually, kill, naming, read_line, start_owner

TOOLS = ("apt-get", "dpkg-deb", "gpg")
BOOKWORM = {"ID": "debian", "VERSION_CODENAME": "bookworm"}

Configure = Callable[[str], None]


class TestFromWhere:
    """What is chosen of what a machine is set up to use."""

    KEYS = Path("/keys.gpg")

    def choice(self, system: dict[str, str], *configured: tuple[str, str, str]) -> list[str]:
        given = [Source(uri, suite, component, "amd64", self.KEYS) for uri, suite, component in configured]
        return [f"{source.uri} {source.suite} {source.component}" for source in sources(WANTED, system, given)]

    @pytest.mark.parametrize("codename", ["bookworm", "trixie"])
    def test_debian_has_it_in_sid_of_the_same_mirror(self, codename):
        assert self.choice(
            {"ID": "debian", "VERSION_CODENAME": codename},
            ("http://third.party/debian", codename, "main"),
            ("http://mirror/debian", codename, "main"),
            ("http://mirror/debian", f"{codename}-updates", "main"),
            ("http://security/debian-security", f"{codename}-security", "main"),
        ) == ["http://mirror/debian sid main"]

    @pytest.mark.parametrize("suite", ["sid", "unstable", "testing"])
    def test_debian_in_the_making_has_it_too(self, suite):
        system = {"ID": "debian", "VERSION_CODENAME": "forky"}
        assert self.choice(system, ("http://mirror/debian", suite, "main")) == ["http://mirror/debian sid main"]

    def test_ubuntu_has_it_itself(self):
        release = [
            ("http://mirror/ubuntu", suite, part)
            for suite in ("noble", "noble-updates")
            for part in ("main", "universe")
        ]
        security = ("http://security/ubuntu", "noble-security", "main")
        others = [
            ("http://ppa/ubuntu", "noble", "main"),
            ("http://mirror/ubuntu", "noble", "multiverse"),
            ("http://docker/ubuntu", "noble", "stable"),
        ]
        expected = [" ".join(source) for source in (*release, security)]
        assert self.choice({"ID": "ubuntu", "VERSION_CODENAME": "noble"}, *release, security, *others) == expected

    def test_what_is_made_of_ubuntu_has_ubuntus(self):
        mint = {"ID": "linuxmint", "ID_LIKE": "ubuntu debian", "VERSION_CODENAME": "wilma", "UBUNTU_CODENAME": "noble"}
        assert self.choice(
            mint,
            ("http://mint/mint", "wilma", "main"),
            ("http://mirror/ubuntu", "noble", "main"),
            ("http://mirror/ubuntu", "noble-updates", "main"),
        ) == ["http://mirror/ubuntu noble main", "http://mirror/ubuntu noble-updates main"]

    @pytest.mark.parametrize(("system", "name"), [(BOOKWORM, "Debian"), ({"ID": "ubuntu"}, "Ubuntu")])
    def test_a_machine_without_a_mirror_is_reported(self, system, name):
        with pytest.raises(Problem, match=f"^apt has no mirror of {name} set up on this machine$"):
            sources(WANTED, system, [Source("http://third.party/", "nodistro", "main", "amd64", None)])

    def test_keys_that_the_machine_leaves_to_apt_are_the_distributions(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fetch, "KEYRINGS", tmp_path)
        mirror = Source("http://mirror/debian", "bookworm", "main", "amd64", None)
        assert sources(WANTED, BOOKWORM, [mirror])[0].keyring is None
        (tmp_path / "debian-archive-keyring.pgp").touch()
        assert sources(WANTED, BOOKWORM, [mirror])[0].keyring == tmp_path / "debian-archive-keyring.pgp"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.skip(f"needs {', '.join(missing)}")
    signer = Signer(tmp_path_factory.mktemp("signer") / "keys")
    yield signer
    signer.close()


@pytest.fixture
def repository(tmp_path: Path, signer: Signer) -> Repository:
    return Repository.publish(tmp_path / "repository", signer)


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Makes this a machine with Debian 12, an empty cache, and the given content of a sources.list.d/*.sources."""

    def configure(content: str) -> None:
        parts = tmp_path / "sources.list.d"
        parts.mkdir(exist_ok=True)
        (parts / "debian.sources").write_text(content)
        (tmp_path / "apt.conf").write_text(
            f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{parts}";\nAcquire::Retries "0";\n'
        )
        monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
        monkeypatch.setenv("KEYTURN_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(fetch.platform, "freedesktop_os_release", lambda: BOOKWORM)

    return configure


@pytest.fixture
def machine(configure: Configure, repository: Repository, signer: Signer) -> None:
    configure(stanza(f"file:{repository.folder}", signer.keyring))


def stanza(uri: str, keyring: Path) -> str:
    return f"Types: deb\nURIs: {uri}\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: {keyring}\n"


def left_in(cache: Path) -> list[str]:
    """What is in the cache but locks, which stay."""
    return [path.name for path in cache.glob("mysql/*") if path.suffix != ".lock"]


class TestFetching:
    @pytest.mark.usefixtures("machine")
    def test_gives_a_server_that_runs(self, tmp_path):
        found = fetched(silent)
        assert found.version == Version(8, 4, 2)
        assert found.path.is_relative_to(tmp_path / "cache")
        assert not list((tmp_path / "cache").rglob("copyright"))
        assert not list((tmp_path / "cache").rglob("*.deb"))

    @pytest.mark.usefixtures("machine")
    def test_is_done_once(self, repository, monkeypatch):
        first = fetched(silent)
        shutil.rmtree(repository.folder)
        with monkeypatch.context() as without_apt:
            without_apt.setenv("PATH", "/nonexistent")
            assert fetched(silent) == first

    @pytest.mark.usefixtures("machine")
    def test_tells_how_far_it_is(self):
        told: list[str] = []
        fetched(told.append)
        assert [what for what in told if "%" not in what] == [
            "reading the package lists",
            "downloading mysql-server-core and what it needs",
            "unpacking",
        ]
        assert told[-1] == "unpacking: 100 %"

    def test_takes_ubuntus_package(self, tmp_path, configure, signer, monkeypatch):
        noble = Repository.publish(
            tmp_path / "ubuntu", signer, suite="noble-updates", name="mysql-server-core-8.0", version="8.0.43"
        )
        configure(stanza(f"file:{noble.folder}", signer.keyring).replace("bookworm bookworm-updates", "noble-updates"))
        monkeypatch.setattr(
            fetch.platform, "freedesktop_os_release", lambda: {"ID": "ubuntu", "VERSION_CODENAME": "noble"}
        )
        assert fetched(silent).version == Version(8, 0, 43)

    @pytest.mark.usefixtures("machine")
    def test_waits_for_another_that_does_it_and_says_so(self, tmp_path):
        told: list[str] = []
        lock = tmp_path / "cache" / "mysql" / f"{mysql.target().name}.lock"
        lock.parent.mkdir(parents=True)
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            found: list[object] = []
            second = threading.Thread(target=lambda: found.append(fetched(told.append)))
            second.start()
            assert eventually(lambda: told == ["waiting for another keyturn that is fetching MySQL"])
            assert not found
        second.join()
        assert found

    @pytest.mark.usefixtures("machine")
    def test_starts_clean_after_one_that_was_killed(self):
        part = mysql.target().with_name(f"{mysql.target().name}.part")
        (part / "apt" / "state").mkdir(parents=True)
        (part / "usr" / "sbin").mkdir(parents=True)
        (part / "usr" / "sbin" / "mysqld").write_text("half of it")
        assert fetched(silent).version == Version(8, 4, 2)
        assert not part.exists()


def test_a_fetched_server_that_is_no_longer_whole_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("KEYTURN_CACHE", str(tmp_path))
    (mysql.target() / "usr" / "sbin").mkdir(parents=True)
    with pytest.raises(Problem, match=f"^{mysql.target()} does not hold a whole MySQL server$") as broken:
        fetched(silent)
    assert broken.value.hint == "remove it, and it is fetched again"


class TestFetchingFails:
    """With one clear message, and nothing left."""

    def failure(self, tmp_path: Path) -> str:
        with pytest.raises(Problem) as failed:
            fetched(silent)
        assert left_in(tmp_path / "cache") == []
        assert "\n" not in failed.value.message
        return failed.value.message

    @pytest.mark.usefixtures("machine")
    def test_when_a_package_is_not_what_was_signed(self, tmp_path, repository):
        content = bytearray(repository.package.read_bytes())
        content[-1] ^= 1
        repository.package.write_bytes(content)
        assert "Hash Sum mismatch" in self.failure(tmp_path)

    def test_when_another_signed(self, tmp_path, repository, configure):
        stranger = Signer(tmp_path / "stranger")
        stranger.close()
        configure(stanza(f"file:{repository.folder}", stranger.keyring))
        assert "sid InRelease' is not signed" in self.failure(tmp_path)

    @pytest.mark.usefixtures("machine")
    def test_when_nobody_signed(self, tmp_path, repository):
        (repository.folder / "dists" / "sid" / "InRelease").unlink()
        assert "sid Release' is not signed" in self.failure(tmp_path)

    @pytest.mark.usefixtures("machine")
    def test_when_the_mirror_has_no_such_suite(self, tmp_path, repository):
        shutil.rmtree(repository.folder / "dists")
        assert self.failure(tmp_path).startswith("apt cannot fetch MySQL: ")

    def test_when_the_mirror_has_no_mysql(self, tmp_path, signer, configure):
        other = Repository.publish(tmp_path / "other", signer, name="something-else")
        configure(stanza(f"file:{other.folder}", signer.keyring))
        assert self.failure(tmp_path) == f"file:{other.folder} has no MySQL for sid on {architecture()}"

    def test_when_there_is_no_network(self, tmp_path, signer, configure):
        configure(stanza("http://127.0.0.1:1/debian", signer.keyring))
        assert "127.0.0.1" in self.failure(tmp_path)

    @pytest.mark.usefixtures("machine")
    def test_when_there_is_no_room(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fetch, "ROOM", 1 << 60)
        assert self.failure(tmp_path).startswith(
            f"fetching MySQL needs {1 << 40} MB in {tmp_path}/cache/mysql, which has "
        )

    @pytest.mark.usefixtures("machine")
    def test_when_the_cache_cannot_be_written(self, tmp_path, monkeypatch):
        (tmp_path / "cache").touch()
        with pytest.raises(Problem, match=f"^cannot write {tmp_path}/cache/mysql: not a directory$"):
            fetched(silent)


FETCH = """
import sys
from keyturn.local.mysql import fetch
fetch.platform.freedesktop_os_release = lambda: {system}
def tell(what): print(what, flush=True)
fetch.fetched(tell)
"""


class TestFetchingIsBrokenOff:
    @pytest.fixture
    def stalling(self, repository: Repository, signer: Signer, configure: Configure) -> Iterator[None]:
        """A mirror that gives the lists but never the end of the package."""
        done = threading.Event()

        class Mirror(http.server.SimpleHTTPRequestHandler):
            def copyfile(self, source, outputfile):
                if self.path.endswith(".deb"):
                    outputfile.write(source.read(100))
                    outputfile.flush()
                    done.wait()
                else:
                    super().copyfile(source, outputfile)

            def log_message(self, *_: object) -> None:
                pass

        with serving(partial(Mirror, directory=str(repository.folder))) as port:
            configure(stanza(f"http://127.0.0.1:{port}", signer.keyring))
            yield
            done.set()

    @pytest.mark.usefixtures("stalling")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_by_a_signal_and_leaves_no_process_and_nothing_half_done(
        self, tmp_path, repository, configure, signer, number
    ):
        process = start_owner(FETCH.format(system=BOOKWORM))
        try:
            while not read_line(process).startswith("downloading"):
                pass
            archives = (
                mysql.target().with_name(f"{mysql.target().name}.part") / "apt" / "cache" / "archives" / "partial"
            )
            assert eventually(lambda: any(archives.glob("*.deb")))
            process.send_signal(number)
            process.wait()
        finally:
            kill(process)
        assert eventually(lambda: not naming(tmp_path))
        if number == signal.SIGINT:
            assert left_in(tmp_path / "cache") == []
        configure(stanza(f"file:{repository.folder}", signer.keyring))
        assert fetched(silent).version == Version(8, 4, 2)
        assert left_in(tmp_path / "cache") == [mysql.target().name]


@contextmanager
def serving(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_machines_own_sources_are_read_with_their_keys(tmp_path, monkeypatch):
    if not shutil.which("apt-get"):
        pytest.skip("needs apt")
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "debian.sources").write_text(
        stanza("http://first/debian", Path("/keys/first.gpg"))
        + "\n"
        + stanza("http://second/debian", Path("/keys/second.pgp")).replace(" bookworm-updates", "")
    )
    (parts / "old.list").write_text(
        "# deb http://commented/debian bookworm main\n"
        f"deb [arch={architecture()} signed-by=/keys/third.gpg] http://third/debian bookworm main contrib\n"
        "deb http://fourth/debian bookworm main\n"
        "deb-src http://fourth/debian bookworm main\n"
        "deb http://flat/repository ./\n"
    )
    (tmp_path / "apt.conf").write_text(f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{parts}";\n')
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    found = {(s.uri, s.suite, s.component, s.keyring and str(s.keyring)) for s in configured_sources()}
    assert found == {
        ("http://first/debian", "bookworm", "main", "/keys/first.gpg"),
        ("http://first/debian", "bookworm-updates", "main", "/keys/first.gpg"),
        ("http://second/debian", "bookworm", "main", "/keys/second.pgp"),
        ("http://third/debian", "bookworm", "main", "/keys/third.gpg"),
        ("http://third/debian", "bookworm", "contrib", "/keys/third.gpg"),
        ("http://fourth/debian", "bookworm", "main", None),
    }


def test_progress_is_told_in_tenths():
    told: list[str] = []
    done = in_tenths(told.append, "unpacking")
    for part in (0, 0.04, 0.1, 0.12, 0.35, 0.3, 1, 1):
        done(part)
    assert told == ["unpacking", "unpacking: 10 %", "unpacking: 30 %", "unpacking: 100 %"]
