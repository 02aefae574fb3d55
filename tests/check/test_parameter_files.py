"""`--param-file`: values for parameters as the commands of AWS and Terraform take them."""

from __future__ import annotations

import os
import threading

import pytest

WITH_NAME = "Parameters: {Env: {Type: String}, Zones: {Type: CommaDelimitedList, Default: a}, Big: {Type: String, Default: 'no'}}\n"
TERRAFORM = """
variable "env" { type = string }
variable "groups" { default = [] }
resource "aws_kms_key" "logs" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }] })
}
resource "aws_cloudwatch_log_group" "app" {
  for_each   = toset(var.groups)
  name       = "/${var.env}/${each.key}"
  kms_key_id = aws_kms_key.logs.arn
}
"""


@pytest.fixture
def parametrized(template) -> None:
    text = template.read_text().replace("LogGroupName: /app", "LogGroupName: !Sub '/${Env}'")
    template.write_text(WITH_NAME + text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.json", '[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Big", "UsePreviousValue": true}]'),
        ("deploy.json", '["Env=prod", "Big=a=b"]'),
        ("pipeline.json", '{"Parameters": {"Env": "prod", "Big": true}, "Tags": {"owner": "me"}}'),
        ("plain.json", '{"Env": "prod", "Zones": ["a", "b"]}'),
        ("plain.yaml", "Parameters:\n  Env: prod\n  Big: 3\n"),
    ],
)  # fmt: skip
def test_the_forms_of_awss_commands(check, folder, parametrized, name, text) -> None:
    assert ":log-group:/prod'" not in check("template.yaml").out
    (folder / name).write_text(text)
    assert ":log-group:/prod'" in check("template.yaml", "--param-file", name).out


def test_the_last_file_wins_and_what_is_given_by_itself_wins_over_all(check, folder, parametrized) -> None:
    (folder / "keyturn.toml").write_text('[params]\nEnv = "settings"\n')
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text(f'{{"Env": "{name}"}}')
    assert ":log-group:/settings'" in check("template.yaml").out
    files = ("--param-file", "one.json", "--param-file", "two.json")
    assert ":log-group:/two'" in check("template.yaml", *files).out
    assert ":log-group:/mine'" in check("template.yaml", "--param", "Env=mine", *files).out


def test_a_pipe_gives_what_is_decrypted_on_the_way(check, folder, parametrized) -> None:
    os.mkfifo(folder / "pipe")
    giving = threading.Thread(target=(folder / "pipe").write_text, args=('{"Env": "prod"}',))
    giving.start()
    assert ":log-group:/prod'" in check("template.yaml", "--param-file", "pipe").out
    giving.join()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prod.tfvars", 'env = "prod"\ngroups = ["web", "jobs"]\n'),
        ("prod.tfvars.json", '{"env": "prod", "groups": ["web", "jobs"]}'),
    ],
)
def test_terraforms_files_win_over_those_that_it_takes_by_itself(check, folder, name, text) -> None:
    program, values = folder / "app", folder / "env"
    program.mkdir()
    values.mkdir()
    (program / "main.tf").write_text(TERRAFORM)
    (program / "terraform.tfvars").write_text('env = "dev"\ngroups = ["web"]\n')
    (values / name).write_text(text)
    assert ":log-group:/dev/web'" in check("app").out
    told = check("app", "--param-file", f"env/{name}").out
    assert ":log-group:/prod/web'" in told
    assert ":log-group:/prod/jobs'" in told
    assert ":log-group:/mine/jobs'" in check("app", "--param-file", f"env/{name}", "--param", "env=mine").out


def test_settings_name_files_too(check, folder, parametrized) -> None:
    (folder / "values").mkdir()
    (folder / "values" / "prod.json").write_text('{"Env": "prod"}')
    settings = folder / "keyturn.toml"
    settings.write_text('param-files = ["values/prod.json"]\n')
    assert ":log-group:/prod'" in check("template.yaml").out
    settings.write_text('param-files = ["values/prod.json"]\n[params]\nEnv = "own"\n')
    assert ":log-group:/own'" in check("template.yaml").out
    settings.write_text('# whose?\nparam-files = ["values/gone.json"]\n')
    told = check("template.yaml")
    assert told.code == 2
    assert "keyturn.toml:2: values/gone.json: no such file or folder" in told.err


def test_a_file_of_terraforms_on_the_command_line_wins_over_settings(check, folder) -> None:
    (folder / "main.tf").write_text(TERRAFORM)
    (folder / "dev.tfvars").write_text('env = "dev"\ngroups = ["web"]\n')
    (folder / "prod.tfvars").write_text('env = "prod"\n')
    (folder / "keyturn.toml").write_text('param-files = ["dev.tfvars"]\n[params]\nenv = "settings"\n')
    assert ":log-group:/settings/web'" in check(".").out
    assert ":log-group:/prod/web'" in check(".", "--param-file", "prod.tfvars").out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gone.json", None, "gone.json: no such file or folder"),
        ("gone.tfvars", None, "gone.tfvars: no such file or folder"),
        ("number.json", "3", "number.json: not a list of ParameterKey and ParameterValue, a list of KEY=VALUE, or an object"),
        ("words.json", '["Env"]', "words.json: not a list of ParameterKey"),
        ("half.json", '[{"ParameterKey": "Env"}]', "half.json: not a list of ParameterKey"),
        ("nested.json", '{"Env": {"a": 1}}', "nested.json: the value of `Env` is neither a text nor a list of such"),
        ("null.json", '{"Env": null}', "null.json: the value of `Env` is neither a text nor a list of such"),
        ("broken.json", '{"Env": ', "broken.json: "),
        ("broken.tfvars", "env = {", "broken.tfvars: "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_in_one_line(check, folder, template, name, text, said) -> None:
    if text is not None:
        (folder / name).write_text(text)
    (folder / "main.tf").write_text(TERRAFORM)
    told = check("main.tf" if name.endswith(".tfvars") else "template.yaml", "--param-file", name)
    assert told.code == 2
    assert said in told.err
    assert told.err.count("\n") == 1
