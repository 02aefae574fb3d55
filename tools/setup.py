"""
Set up .venv with everything this repository needs, from requirements.lock; do nothing when it is already there.

    python3 tools/setup.py

Needs only Python and a package index, which pip's own settings name. Once done, it needs no network.
This file is written for old Pythons too, so that they can say what is missing.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = pathlib.Path(os.environ.get("KEYTURN_VENV", str(ROOT / ".venv")))
LOCK = ROOT / "requirements.lock"
WANTED = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


class Problem(Exception):
    """One line for the user."""


def main():
    started = time.monotonic()
    if up_to_date():
        return
    python = suitable_python()
    with only_one():
        if up_to_date():
            return
        say("creating {} with {}".format(shown(VENV), python))
        create(python)
        say("installing the packages of requirements.lock")
        install()
        stamp().write_text("")
    say("ready in {:.0f} s".format(time.monotonic() - started))


def stamp():
    digest = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()[:16]
    return VENV / "keyturn-{}".format(digest)


def up_to_date():
    return stamp().exists() and interpreter().exists()


def interpreter():
    return VENV / "bin" / "python"


def suitable_python():
    if sys.version_info >= WANTED:
        return sys.executable
    for name in NEWER:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", "pass"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return found
    raise Problem(
        "keyturn needs Python 3.11 or newer, and {} is {}; install one, or name it: make PYTHON=/path/to/python3.12".format(
            sys.executable, ".".join(map(str, sys.version_info[:3]))
        )
    )


@contextlib.contextmanager
def only_one():
    """Let one set-up run at a time; a second one waits."""
    import fcntl

    try:
        VENV.parent.mkdir(parents=True, exist_ok=True)
        lock = (VENV.parent / (VENV.name + ".lock")).open("w")
    except OSError as error:
        raise Problem(
            "cannot write beside {}: {}; name another folder: KEYTURN_VENV=/some/folder".format(VENV, error.strerror)
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("waiting for another set-up of this folder to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
        pathlib.Path(lock.name).unlink()


def create(python):
    """Make the environment without pip in it: Debian's Python cannot bring pip along, and uv does not need it."""
    result = run([python, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    if result.returncode:
        raise Problem("cannot create {}: {}".format(VENV, last_line(result)))


def install():
    uv = shutil.which("uv") or fetched_uv()
    with_uv = [uv, "pip", "install", "--python", str(interpreter())]
    result = run([*with_uv, "--require-hashes", "-r", str(LOCK)])
    if result.returncode == 0:
        result = run([*with_uv, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    if result.returncode:
        raise Problem("cannot install the packages of requirements.lock: " + last_line(result))


def fetched_uv():
    """Fetch uv with pip into the environment: it installs in seconds what takes pip a minute."""
    tool = VENV / "uv"
    if (tool / "bin" / "uv").exists():
        return str(tool / "bin" / "uv")
    for pip in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        with contextlib.suppress(OSError):
            result = run(
                [
                    *pip,
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--target",
                    str(tool),
                    "uv>=0.5",
                ]
            )
            if result.returncode == 0:
                return str(tool / "bin" / "uv")
            if "No module named pip" not in result.stderr:
                raise Problem("cannot fetch packages: " + last_line(result))
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing Debian's python3-pip")
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-qq", "--no-install-recommends", "python3-pip"])
        if shutil.which("pip3"):
            return fetched_uv()
    raise Problem("keyturn's set-up needs pip or uv; on Debian and Ubuntu: sudo apt-get install python3-pip")


def run(command):
    environment = dict(os.environ, PIP_BREAK_SYSTEM_PACKAGES="1", UV_LINK_MODE="copy", DEBIAN_FRONTEND="noninteractive")
    environment.pop("VIRTUAL_ENV", None)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    if "PIP_CERT" in environment:
        environment.setdefault("SSL_CERT_FILE", environment["PIP_CERT"])
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
        check=False,
    )


def last_line(result):
    lines = (result.stderr.strip() or result.stdout.strip() or "it gave no reason").splitlines()
    lines = [line.strip() for line in lines if not line.startswith("WARNING")] or lines
    return next((line for line in lines if "error" in line.lower()), lines[-1].strip())


def say(text):
    sys.stderr.write("setup: {}\n".format(text))
    sys.stderr.flush()


def shown(path):
    try:
        return str(path.relative_to(pathlib.Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.stderr.write("setup: error: {}\n".format(problem))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nsetup: interrupted; run it again, it goes on where it must\n")
        sys.exit(130)
