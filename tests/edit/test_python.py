"""Fixes made in Pulumi programs: only literals, and in the program's own words."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from keyturn.check import Fix
from keyturn.edit import mend
from keyturn.graph import Graph, Value
from keyturn.graph import Path as Steps
from programs import HEAD, only, planned

GROUP = """
group = aws.cloudwatch.LogGroup("group", name=f"/app/{suffix}", kms_key_id=key.arn)
"""


def mended(
    folder: Path,
    program: str,
    *path: str | int,
    append: Value = None,
    replace: Value = None,
    type_: str = "AWS::KMS::Key",
) -> tuple[str, list[str]]:
    """The program's text after a fix, and what was told."""
    graph = placed(planned(folder, program), folder)
    site = only(graph, type_).at(*path)
    told = mend(graph, [Fix("mend it", site, replace=replace, append=append)])
    text = (folder / "__main__.py").read_text()
    ast.parse(text)
    return text.removeprefix(HEAD), told


def placed(graph: Graph, folder: Path) -> Graph:
    """The graph as it is read where the program is: its places name files as they are found from here."""
    from dataclasses import replace

    def moved(place):  # type: ignore[no-untyped-def]
        return place._replace(file=str(folder / place.file))

    resources = {
        name: replace(each, place=moved(each.place), places={path: moved(place) for path, place in each.places.items()})
        for name, each in graph.resources.items()
    }
    return replace(graph, resources=resources)


LOGS = {"Sid": "logs", "Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/app/dev"}
STATEMENT: Steps = ("KeyPolicy", "Statement")


def flat(text: str) -> str:
    """Without what a formatter decides."""
    return " ".join(text.split()).replace("{ ", "{").replace(", }", "}")


def lines(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            """
            suffix = "dev"
            key = aws.kms.Key("key", policy=json.dumps({"Statement": [{"Sid": "root"}]}))
            """,
            """
            suffix = "dev"
            key = aws.kms.Key("key", policy=json.dumps({"Statement": [{"Sid": "root"}, WRITTEN]}))
            """,
        ),
        (
            """
            suffix = "dev"
            key = aws.kms.Key(
                "key",
                policy=pulumi.Output.json_dumps(
                    {
                        "Statement": [
                            {"Sid": "root"}  # the account
                        ],
                    }
                ),
            )
            """,
            """
            suffix = "dev"
            key = aws.kms.Key(
                "key",
                policy=pulumi.Output.json_dumps(
                    {
                        "Statement": [
                            {"Sid": "root"},  # the account
                            WRITTEN,
                        ],
                    }
                ),
            )
            """,
        ),
        (
            """
            suffix = "dev"
            policy = {"Statement": [{"Sid": "root"}]}
            key = aws.kms.Key("key", policy=json.dumps(policy))
            """,
            """
            suffix = "dev"
            policy = {"Statement": [{"Sid": "root"}, WRITTEN]}
            key = aws.kms.Key("key", policy=json.dumps(policy))
            """,
        ),
        (
            """
            from json import dumps
            suffix = "dev"
            key = aws.kms.Key("k", policy=pulumi.Output.from_input(1).apply(lambda _: dumps({"Statement": [{"Sid": "root"}]})))
            """,
            """
            from json import dumps
            suffix = "dev"
            key = aws.kms.Key("k", policy=pulumi.Output.from_input(1).apply(lambda _: dumps({"Statement": [{"Sid": "root"}, WRITTEN]})))
            """,
        ),
    ],
)
def test_a_statement_is_added_where_the_policy_is_written(tmp_path: Path, before: str, after: str) -> None:
    text, told = mended(tmp_path, lines(before) + GROUP, *STATEMENT, append=LOGS)
    assert len(told) == 1
    assert "not mended" not in told[0]
    account = "{aws.get_caller_identity().account_id}"
    written = f'{{"Sid": "logs", "Resource": f"arn:aws:logs:us-east-1:{account}:log-group:/app/{{suffix}}"}}'
    assert flat(text) == flat(lines(after).replace("WRITTEN", written) + GROUP)


def test_the_program_s_own_names_are_used(tmp_path: Path) -> None:
    text, _ = mended(
        tmp_path,
        lines(
            """
            suffix = "dev"
            me = aws.get_caller_identity()
            where = pulumi.Config("aws").get("region") or "us-east-1"
            key = aws.kms.Key("key", policy=json.dumps({"Statement": []}))
            """
        )
        + GROUP,
        *STATEMENT,
        append=LOGS,
    )
    assert 'f"arn:aws:logs:us-east-1:{me.account_id}:log-group:/app/{suffix}"' in text


def test_json_in_a_string_is_edited_in_its_own_indentation(tmp_path: Path) -> None:
    text, _ = mended(
        tmp_path,
        lines(
            '''
            key = aws.kms.Key("key", policy="""{
              "Statement": [
                {"Sid": "root"}
              ]
            }""")
            '''
        ),
        *STATEMENT,
        append={"Sid": "logs"},
    )
    assert text == lines(
        '''
        key = aws.kms.Key("key", policy="""{
          "Statement": [
            {"Sid": "root"},
            {
              "Sid": "logs"
            }
          ]
        }""")
        '''
    )


def test_json_in_an_f_string_keeps_its_expressions_and_gets_its_own(tmp_path: Path) -> None:
    program = lines(
        '''
        suffix = "dev"
        account = aws.get_caller_identity().account_id
        key = aws.kms.Key("key", policy=f"""{{
          "Statement": [
            {{"Sid": "root", "Principal": "arn:aws:iam::{account}:root"}}
          ]
        }}""")
        '''
    )
    text, _ = mended(tmp_path, program + GROUP, *STATEMENT, append=LOGS)
    assert (
        text
        == program.replace(
            ':root"}}\n',
            """:root"}},
    {{
      "Sid": "logs",
      "Resource": "arn:aws:logs:us-east-1:{account}:log-group:/app/{suffix}"
    }}
""",
        )
        + GROUP
    )


def test_literals_and_constants_are_replaced_and_missing_arguments_added(tmp_path: Path) -> None:
    program = 'db = aws.rds.ClusterInstance("d", cluster_identifier="c", engine="mysql", instance_class=aws.rds.InstanceType.T3_SMALL)\n'
    (tmp_path / "a").mkdir()
    text, _ = mended(tmp_path / "a", program, "DBInstanceClass", replace="db.t3.medium", type_="AWS::RDS::DBInstance")
    assert text == program.replace("aws.rds.InstanceType.T3_SMALL", '"db.t3.medium"')
    (tmp_path / "b").mkdir()
    text, _ = mended(
        tmp_path / "b", "key = aws.kms.Key(\n    'é',\n    multi_region=False,\n)\n", "EnableKeyRotation", replace=True
    )
    assert text == "key = aws.kms.Key(\n    'é',\n    multi_region=False,\n    enable_key_rotation=True,\n)\n"


@pytest.mark.parametrize(
    ("program", "because"),
    [
        (
            'size = pulumi.Config().get("size") or "db.t3.small"\ndb = aws.rds.Instance("db", engine="mysql", instance_class=size)\n',
            "the program works it out (`pulumi.Config().get('size') or 'db.t3...`): change it there",
        ),
        (
            'size = "db.t3.small"\nprint(size, end="")\ndb = aws.rds.Instance("db", engine="mysql", instance_class=size)\n',
            "`size` is used in other places too: change it there",
        ),
        (
            'db = aws.rds.Instance("db", engine="mysql", instance_class="db.t3." + "small")\n',
            "the program works it out (`'db.t3.' + 'small'`): change it there",
        ),
    ],
)
def test_what_a_program_works_out_is_left_to_its_author(tmp_path: Path, program: str, because: str) -> None:
    text, told = mended(tmp_path, program, "DBInstanceClass", replace="db.t3.medium", type_="AWS::RDS::DBInstance")
    assert text == program
    column = program.splitlines()[-1].index("instance_class") + 1
    assert told == [f"{tmp_path}/__main__.py:{program.count(chr(10)) + 3}:{column}: not mended (mend it): {because}"]
