"""
How PostgreSQL, which refuses to run as root, is run where we are root.

As `nobody`, who is made able to go where root goes: folders of ours are open to root only. What the server owns has to be its own.

Source: setpriv(1), capabilities(7); prctl(2) on PR_SET_PDEATHSIG, which a change of user clears.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

USER = "nobody"


def command() -> list[str]:
    """
    What to put before a command.

    Raises:
        Problem: There is no way here.
    """
    if os.geteuid() != 0:
        return []
    if sys.platform != "linux" or not shutil.which("setpriv"):
        raise Problem(
            "PostgreSQL does not run as root, and there is no setpriv to run it as another user",
            hint="run keyturn as another user, or install util-linux",
        )
    user = pwd.getpwnam(USER)
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--pdeathsig=KILL",
        "--",
    ]


def hand_over(folder: Path) -> None:
    """Make a folder and all in it the server's own."""
    if os.geteuid() != 0:
        return
    user = pwd.getpwnam(USER)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
