"""What a reader cannot map is left out, and checks that would miss it say that they do not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.check import run
from keyturn.checks.rotation_no_path_to_secrets_manager import rotation_no_path_to_secrets_manager
from keyturn.checks.rotation_role_denies import rotation_role_denies
from keyturn.read import read

CHECKS = (rotation_no_path_to_secrets_manager, rotation_role_denies)
EXAMPLES = Path(__file__).parent / "checks"


@pytest.mark.parametrize(
    ("check", "more"),
    [
        ("rotation-no-path-to-secrets-manager", 'resource "aws_main_route_table_association" "main" {}'),
        ("rotation-no-path-to-secrets-manager", 'resource "aws_vpc_endpoint_subnet_association" "a" {}'),
        ("rotation-role-denies", 'resource "aws_iam_role_policies_exclusive" "all" {}'),
    ],
)
def test_what_may_help_leaves_it_undecided(check: str, more: str, tmp_path: Path) -> None:
    bad = (EXAMPLES / check / "bad-terraform" / "main.tf").read_text()
    (tmp_path / "main.tf").write_text(bad)
    (graph,) = read(str(tmp_path))
    assert [found.name for found, _ in run(CHECKS, graph).findings] == [check]
    (tmp_path / "main.tf").write_text(f"{bad}\n{more}\n")
    (graph,) = read(str(tmp_path))
    result = run(CHECKS, graph)
    assert (result.findings, [found.name for found, _ in result.undecided]) == ((), [check])


def test_what_has_nothing_to_do_with_it_changes_nothing(tmp_path: Path) -> None:
    bad = (EXAMPLES / "rotation-role-denies" / "bad-terraform" / "main.tf").read_text()
    (tmp_path / "main.tf").write_text(bad + '\nresource "aws_chime_voice_connector" "x" {}\n')
    (graph,) = read(str(tmp_path))
    assert graph.left_out("chime") == "aws_chime_voice_connector"
    assert graph.left_out("iamrole", whole=True) is None
    assert [found.name for found, _ in run(CHECKS, graph).findings] == ["rotation-role-denies"]
