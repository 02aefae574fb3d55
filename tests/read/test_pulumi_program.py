"""A user's program is run apart: limits, errors in one line, no credentials, no network."""

from __future__ import annotations

import datetime
import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from keyturn.graph import Graph, Unknown
from keyturn.read import read as read_any
from keyturn.read.pulumi.program import read
from keyturn.read.world import Options, Unreadable

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def project(folder: Path, program: str, settings: str = "", stack: str = "") -> str:
    (folder / "Pulumi.yaml").write_text(f"name: app\nruntime: python\n{textwrap.dedent(settings)}")
    if stack:
        (folder / "Pulumi.dev.yaml").write_text(textwrap.dedent(stack))
    (folder / "__main__.py").write_text(textwrap.dedent(program).lstrip("\n"))
    return str(folder)


def run(path: str, time_limit: float = 60, **options: object) -> Graph:
    return read(path, Options(run_programs=True, **options), time_limit=time_limit)  # type: ignore[arg-type]


def refused(path: str, time_limit: float = 60) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        run(path, time_limit)
    assert "\n" not in caught.value.message
    return caught.value


def test_a_program_that_may_not_be_run_is_not_run(tmp_path: Path) -> None:
    path = project(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(Unreadable, match="to read it is to run it") as caught:
        read(path, Options())
    assert "--run" in caught.value.hint
    assert not (tmp_path / "ran").exists()


def test_programs_of_this_repository_are_read_without_asking() -> None:
    graph = read(str(EXAMPLES / "failing" / "kms-key-denies-logs" / "pulumi"), Options())
    (group,) = graph.of_type("AWS::Logs::LogGroup")
    assert group.get("LogGroupName") == "/aws/lambda/rotation-function-dev-001"
    assert graph.follow(group, "KmsKeyId", types=("AWS::KMS::Key",)) is not None


def test_the_class_of_an_instance_is_found_on_the_user_s_own_line() -> None:
    folder = EXAMPLES / "failing" / "db-class-not-offered" / "pulumi"
    (instance,) = read(str(folder), Options()).of_type("AWS::RDS::DBInstance")
    place = instance.at("DBInstanceClass").place
    line = (folder / "__main__.py").read_text().splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith('instance_class="db.t3.small"')
    assert place.file == str(folder / "__main__.py")


def test_configuration_comes_from_the_project_the_stack_and_the_user(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        """
        import pulumi
        config = pulumi.Config()
        for name in ("first", "second", "third"):
            pulumi.export(name, config.require(name))
        pulumi.export("many", config.require_object("many"))
        pulumi.export("number", config.require_int("number"))
        pulumi.export("region", pulumi.Config("aws").require("region"))
        """,
        """
        config:
          first: project
          second: {type: string, default: project}
          third: project
        """,
        """
        config:
          app:second: stack
          app:third: stack
          app:many: [1, {deep: true}]
          app:number: 7
          aws:region: eu-west-1
        """,
    )
    graph = run(path, parameters={"third": "user"})
    assert {name: output.value for name, output in graph.outputs.items()} == {
        "first": "project",
        "second": "stack",
        "third": "user",
        "many": (1, {"deep": True}),
        "number": 7,
        "region": "eu-west-1",
    }
    assert graph.region == "eu-west-1"
    assert graph.stack == "dev"


def test_an_encrypted_setting_is_unknown_wherever_it_goes(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        """
        import json, pulumi, pulumi_aws as aws
        password = pulumi.Config().require_secret("password")
        text = password.apply(lambda password: json.dumps({"password": password}))
        secret = aws.secretsmanager.Secret("secret")
        aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string=text)
        aws.rds.Instance("db", instance_class="db.t3.micro", password=pulumi.Config().require("password"))
        """,
        stack="config:\n  app:password:\n    secure: AAABAKfq\n",
    )
    graph = run(path)
    assert graph.resources["Db"].get("MasterUserPassword") == Unknown("app:password is a secret")
    assert isinstance(graph.resources["Secret"].get("SecretString"), Unknown)


@pytest.mark.parametrize(
    ("program", "because"),
    [
        ("import pulumi\nmuch = [0] * 10**10\n", "line 2: MemoryError"),
        ("raise ValueError('one\\n\\n two')\n", "line 1: ValueError: one; two"),
        ("import pulumi\ndef f():\n    {}['a']\nf()\n", "line 3: KeyError: 'a'"),
        ("import pulumi\nx = (\n", "line 2: SyntaxError: '(' was never closed"),
        ("import sys\nsys.exit(3)\n", "line 2: the program ends itself with 3"),
        ("import nothing_like_it\n", "line 1: ModuleNotFoundError: No module named 'nothing_like_it'"),
        (
            "import pulumi_aws as aws\nkey = aws.kms.Key('key')\nkey.arn.apply(lambda arn: arn.nothing)\n",
            "line 3: AttributeError: 'str' object has no attribute 'nothing'",
        ),
        (
            "import pulumi_aws as aws\naws.kms.Key('key', descripton='x')\n",
            "line 2: TypeError: Key._internal_init() got an unexpected keyword argument 'descripton'",
        ),
        (
            "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')\n",
            "line 2: URLError: <urlopen error a program that is only read has no network>",
        ),
        (
            "try:\n    1 / 0\nexcept Exception as error:\n    raise error from error\n",
            "line 2: ZeroDivisionError: division by zero",
        ),
    ],
    ids=["memory", "two lines", "raises", "syntax", "exits", "import", "apply", "argument", "network", "its own cause"],
)
def test_an_error_is_one_line_with_its_place(tmp_path: Path, program: str, because: str) -> None:
    path = project(tmp_path, program)
    problem = refused(path)
    assert problem.message == f"{tmp_path / '__main__.py'}: {because}"


def test_a_missing_setting_says_where_to_give_it(tmp_path: Path) -> None:
    problem = refused(project(tmp_path, "import pulumi\npulumi.Config().require('name')\n"))
    assert "line 2: ConfigMissingError: Missing required configuration variable 'app:name'" in problem.message
    assert problem.hint == "give it in Pulumi.dev.yaml, or with --param NAME=VALUE"


def test_a_program_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        f"""
        import subprocess, time
        child = subprocess.Popen(["sleep", "600"])
        open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
        time.sleep(600)
        """,
    )
    for limit in (3, 60):  # A machine that is busy may take longer to get so far.
        problem = refused(path, time_limit=limit)
        assert problem.message == f"{path}: the program is not done after {limit} seconds"
        if (tmp_path / "child").exists():
            break
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_dies_says_so(tmp_path: Path) -> None:
    problem = refused(project(tmp_path, "import os\nos._exit(7)\n"))
    assert "the program ended with 7 before it was read" in problem.message


def test_what_a_program_prints_is_not_taken_for_its_answer(tmp_path: Path) -> None:
    path = project(tmp_path, "import os, pulumi\nprint('{}')\nos.write(1, b'[]')\npulumi.export('done', True)\n")
    assert run(path).outputs["done"].value is True


def test_the_program_sees_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "PULUMI_ACCESS_TOKEN", "MY_API_TOKEN"):
        monkeypatch.setenv(name, "must not be seen")
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "dev-001")
    path = project(
        tmp_path,
        """
        import os, pulumi
        pulumi.export("seen", [name for name, value in os.environ.items() if "must not" in value])
        pulumi.export("files", [os.environ["AWS_SHARED_CREDENTIALS_FILE"], os.environ["AWS_CONFIG_FILE"]])
        pulumi.export("suffix", os.environ["ENVIRONMENT_SUFFIX"])
        """,
    )
    graph = run(path)
    assert graph.outputs["seen"].value == ()
    assert graph.outputs["files"].value == (os.devnull, os.devnull)
    assert graph.outputs["suffix"].value == "dev-001"


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("name: a\nruntime: nodejs\n", "it is a Pulumi program in nodejs, and only those in Python can be run here"),
        ("name: [\n", "line 2:"),
        ("- a\n", "it is no project file of Pulumi's"),
        ("name: a\nruntime: python\nmain: elsewhere\n", "there is no program"),
    ],
)
def test_a_project_that_cannot_be_run_here(tmp_path: Path, content: str, because: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text(content)
    with pytest.raises(Unreadable) as caught:
        run(str(tmp_path))
    assert because in caught.value.message


def test_reading_leaves_nothing_in_the_program_s_folder(tmp_path: Path) -> None:
    path = project(tmp_path, "import pulumi, beside\n")
    (tmp_path / "beside.py").write_text("")
    run(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Pulumi.yaml", "__main__.py", "beside.py"]


def test_the_day_and_the_account_are_the_user_s(tmp_path: Path) -> None:
    path = project(tmp_path, "import pulumi_aws as aws\naws.kms.Key('key')\n")
    graph = run(path, as_of=datetime.date(2025, 1, 1), account="210987654321")
    assert graph.as_of == datetime.date(2025, 1, 1)
    assert ":210987654321:" in str(graph.resources["Key"].arn)


@pytest.mark.parametrize(
    ("stack", "account"),
    [
        ("aws:allowedAccountIds: ['444455556666']", "444455556666"),
        ("aws-native:allowedAccountIds: [444455556666]", "444455556666"),
        ("aws:allowedAccountIds: ['444455556666', '777788889999']", "210987654321"),
        ("aws:assumeRole: {roleArn: 'arn:aws:iam::444455556666:role/deploy'}", "444455556666"),
    ],
)
def test_a_stack_s_configuration_names_its_account(tmp_path: Path, stack: str, account: str) -> None:
    program = "import pulumi\nimport pulumi_aws as aws\npulumi.export('id', aws.get_caller_identity().account_id)\n"
    graph = run(project(tmp_path, program, stack=f"config:\n  {stack}\n"), account="210987654321")
    assert (graph.account, graph.outputs["id"].value) == (account, account)


def test_a_program_that_names_its_account_in_a_policy_is_read_for_it(tmp_path: Path) -> None:
    policy = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*"}
    program = f"""
        import json
        import pulumi_aws as aws
        aws.kms.Key("key", policy=json.dumps({{"Statement": [{ {**policy, "Resource": "*"} }]}}))
        """
    path = project(tmp_path, program)
    (graph,) = read_any(path, Options(run_programs=True))
    assert ":444455556666:" in str(graph.resources["Key"].arn)


@pytest.mark.parametrize("name", ["", "Pulumi.yaml", "__main__.py"])
def test_a_project_is_named_by_its_folder_its_file_or_its_program(tmp_path: Path, name: str) -> None:
    path = project(tmp_path, "import pulumi\npulumi.export('done', pulumi.get_project())\n")
    assert run(str(Path(path) / name)).outputs["done"].value == "app"


def test_a_program_in_a_folder_of_its_own_has_its_lines_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: app\nruntime: python\nmain: infra/\n")
    (tmp_path / "shared.py").write_text("import pulumi_aws as aws\ndef key():\n    return aws.kms.Key('key')\n")
    (tmp_path / "infra" / "__main__.py").write_text("import sys\nsys.path.append('..')\nimport shared\nshared.key()\n")
    (key,) = run(str(tmp_path)).of_type("AWS::KMS::Key")
    assert str(key.place) == f"{tmp_path / 'shared.py'}:3:12"


@pytest.mark.parametrize("named", ["{}", "app", "app/__main__.py"])
def test_a_program_runs_in_its_own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "app"
    folder.mkdir()
    own = folder / "venv"
    (own / "lib" / "python3.11" / "site-packages" / "pulumi").mkdir(parents=True)
    (own / "bin").mkdir()
    (own / "bin" / "python").write_text(f'#!/bin/sh\nOWN=yes exec {sys.executable} "$@"\n')
    (own / "bin" / "python").chmod(0o755)
    path = project(folder, "import os, pulumi\npulumi.export('own', os.environ.get('OWN'))\n")
    (folder / "Pulumi.yaml").write_text("name: app\nruntime: {name: python, options: {virtualenv: venv}}\n")
    assert run(named.format(path)).outputs["own"].value == "yes"
