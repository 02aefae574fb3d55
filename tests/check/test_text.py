"""What people read: the line, what is meant underlined, and nothing when all is well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.graph import Place
from keyturn.report.excerpt import block, excerpt, without_secrets


def test_the_lines_are_shown_with_what_is_meant_underlined(check, template) -> None:
    assert check("template.yaml").out.splitlines()[:6] == [
        (
            "template.yaml:2:3: KeyPolicy: logs.us-east-1.amazonaws.com may not call kms:Encrypt, kms:Decrypt (+1) "
            "with this key for the log group Logs [kms-key-denies-logs]"
        ),
        "  2 |   Key:",
        "    |   ^^^",
        "template.yaml:8:7:   used here, by Logs",
        "  8 |       KmsKeyId: !GetAtt Key.Arn",
        "    |       ^^^^^^^^",
    ]


@pytest.mark.parametrize("ending", ["", "\n"])
def test_it_says_nothing_when_nothing_is_found(check, folder, ending) -> None:
    (folder / "t.yaml").write_text("Resources:\n  Queue:\n    Type: AWS::SQS::Queue" + ending)
    for format_ in ("text", "github", "markdown"):
        assert check("t.yaml", "--format", format_) == type(check("t.yaml"))(0, "", "")


def test_a_folder_without_programs_is_clean(check, folder) -> None:
    assert check(".").code == 0


def test_colours_are_for_terminals_and_for_those_who_ask(check, template, monkeypatch) -> None:
    assert "\x1b" not in check("template.yaml").out
    assert "\x1b[1;31m[kms-key-denies-logs]\x1b[0m" in check("template.yaml", "--color", "always").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "\x1b" in check("template.yaml").out
    assert "\x1b" not in check("template.yaml", "--color", "never").out
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in check("template.yaml").out
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b" in check("template.yaml").out, "an empty NO_COLOR is none"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in check("template.yaml").out
    assert "\x1b" in check("template.yaml", "--color", "always").out


def shown(line: str, column: int) -> list[str]:
    return list(excerpt(Place("f", 1, column), {"f": line}))


@pytest.mark.parametrize(
    ("line", "column", "marks"),
    [
        ("a: b", 1, "^"),
        ('  "Key name": 1', 3, "  " + "^" * 10),
        ("\t\tKey: x", 3, "\t\t^^^"),
        ("世界: x", 1, "^^^^"),
        ("é: Key: x", 4, "   ^^^"),
        ("a", 9, " ^"),
        ("", 1, "^"),
        ("  policy=jsonencode(x)", 3, "  ^^^^^^"),
    ],
)
def test_the_underline_is_below_what_is_meant(line: str, column: int, marks: str) -> None:
    assert shown(line, column)[1] == f"    | {marks}"


def test_a_line_without_end_is_cut_around_what_is_meant() -> None:
    line = "{" + '"x": 1, ' * 5000 + '"Wanted": 2' + ', "y": 1' * 5000 + "}"
    first, second = shown(line, line.index('"Wanted"') + 1)
    assert len(first) < 140
    assert first[second.index("^") :].startswith('"Wanted"')
    assert first.count("…") == 2


def test_a_place_that_is_not_at_hand_shows_nothing() -> None:
    assert list(excerpt(Place("f", 3, 1), {"f": "a"})) == []
    assert list(excerpt(Place("g", 1, 1), {"f": "a"})) == []
    assert list(excerpt(Place("f"), {"f": "a"})) == []
    assert block(Place("f", 3, 1), {"f": "a"}) == ""


def test_a_block_is_what_is_indented_below_it() -> None:
    text = "a:\n  b: 1\n\n  c:\n    d: 2\ne: 3\nf {\n  g\n}\nh\n"
    assert block(Place("f", 1, 1), {"f": text}) == "a:\n  b: 1\n\n  c:\n    d: 2"
    assert block(Place("f", 2, 3), {"f": text}) == "  b: 1"
    assert block(Place("f", 7, 1), {"f": text}) == "f {\n  g\n}"
    assert block(Place("f", 1, 1), {"f": text}, limit=2) == "a:\n  b: 1"


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("MasterUserPassword: hunter2 # x", "MasterUserPassword: ********# x"),
        ("  MasterUserPassword: 'hunter2'", "  MasterUserPassword: *********"),
        ('"MasterUserPassword": "hun\\"ter2", "x": 1', '"MasterUserPassword": ***********, "x": 1'),
        ("password = var.x", "password = *****"),
        ("{Password: hunter2, Engine: mysql}", "{Password: *******, Engine: mysql}"),
        ("SecretString: '{\"a\": 1}'", "SecretString: **********"),
        ("MasterUserPassword: !Ref Password", "MasterUserPassword: !Ref Password"),
        ("PasswordLength: {a: b}", "PasswordLength: {a: b}"),
        ("MasterUsername: admin", "MasterUsername: admin"),
        ("ManageMasterUserPassword: true", "ManageMasterUserPassword: true"),
        ('"ManageMasterUserPassword": false, "x": 1', '"ManageMasterUserPassword": false, "x": 1'),
        ("manage_master_user_password=True,", "manage_master_user_password=True,"),
        ("Password: trueish", "Password: *******"),
        ("Password: true-blue", "Password: *********"),
        ("DB_API_KEY: abc", "DB_API_KEY: ***"),
        ("KmsKeyId: abc", "KmsKeyId: abc"),
    ],
)
def test_secrets_are_hidden_and_references_to_them_are_not(line: str, hidden: str) -> None:
    assert without_secrets(line) == hidden


@given(st.text(max_size=300), st.integers(0, 310))
def test_any_line_can_be_shown(line: str, column: int) -> None:
    """Law: two lines, printable, the first no wider than can be read, the second nothing but space and carets."""
    lines = list(excerpt(Place("f", 1, column), {"f": line}))
    assert len(lines) == 2
    assert all(character.isprintable() or character == "\t" for text in lines for character in text)
    assert len(lines[0]) < 140
    assert set(lines[1]) <= set(" \t|^")
    assert "^" in lines[1]
