"""What stands under a folder besides files that can be read: told of or passed over, and the others are checked all the same."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from keyturn.cli import main
from keyturn.read import Unreadable, discover, read, source
from keyturn.settings import Settings, nearest

TOPIC = "Resources: {K: {Type: AWS::SNS::Topic}}\n"


def test_pipes_sockets_and_devices_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # The path of a socket is short.
    Path("t.yaml").write_text(TOPIC)
    os.mkfifo("pipe.yaml")
    os.mkfifo(".gitignore")
    Path("app").mkdir()
    os.mkfifo("app/manifest.json")
    Path("app/up").symlink_to("..")
    Path("up.json").symlink_to("..")
    Path("endless.yaml").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.json")
        assert [*discover(".")] == ["./t.yaml"]


@pytest.mark.parametrize(
    ("path", "because"),
    [
        ("round.yaml", "too many levels of symbolic links"),
        ("/dev/zero", "not a file"),
        ("away.yaml", "a link to shared/away.yaml, which is not there"),
        ("gone.yaml", "no such file or folder"),
        ("a\0b", "not a path"),
    ],
)
def test_a_path_that_is_no_file_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, because: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("round.yaml").symlink_to("round.yaml")
    Path("away.yaml").symlink_to("shared/away.yaml")
    assert [*discover(path)] == [path]
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.because == because


def test_links_that_lead_nowhere_are_told_of_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows what they were to be: one that is called as a program is may have been one."""
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TOPIC.replace("SNS::Topic", "SNS::Topik"))
    Path("round.yaml").symlink_to("about.yaml")
    Path("about.yaml").symlink_to("round.yaml")
    Path("away.json").symlink_to("shared/away.json")
    Path("notes.txt").symlink_to("shared/notes.txt")
    assert main(["check", "."]) == 2
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "keyturn: error: ./about.yaml: too many levels of symbolic links",
        "keyturn: error: ./away.json: a link to shared/away.json, which is not there",
        "keyturn: error: ./round.yaml: too many levels of symbolic links",
    ]
    assert "SNS::Topik" in told.out
    Path("keyturn.toml").write_text('exclude = ["round.yaml", "about.yaml", "away.json"]')
    assert main(["check", "."]) == 1
    assert capsys.readouterr().err == ""


def test_a_path_that_is_not_there_is_told_of_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TOPIC.replace("SNS::Topic", "SNS::Topik"))
    assert main(["check", "--format", "json", "gone.yaml", "t.yaml", "gone/", "gone.tf"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [finding["file"] for finding in told["findings"]] == ["t.yaml"]
    assert told["unreadable"] == [
        {"file": file, "because": "no such file or folder"} for file in ("gone.yaml", "gone/", "gone.tf")
    ]


def test_a_pipe_among_files_of_terraform_is_told_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf")
    with pytest.raises(Unreadable, match=r"main\.tf: not a file"):
        read(str(tmp_path))


def test_a_folder_that_cannot_be_listed_is_told_of_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "t.yaml").write_text(TOPIC.replace("SNS::Topic", "SNS::Topik"))
    scandir, stat = os.scandir, Path.stat

    def refused(path: Any) -> Any:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def hidden(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "scandir", refused)
    monkeypatch.setattr(os, "listdir", refused)
    monkeypatch.setattr(Path, "stat", hidden)
    assert main(["check", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.err == f"keyturn: error: {tmp_path}/locked: permission denied\n"
    assert "SNS::Topik" in told.out
    assert nearest(tmp_path / "locked" / "t.yaml", {tmp_path: Settings()}) == Settings()


def test_what_a_shell_gives_for_the_output_of_a_command_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, TOPIC.encode())
    os.close(writing)
    try:
        (path,) = discover(f"/dev/fd/{reading}")
        (graph,) = read(path)
    finally:
        os.close(reading)
    assert [*graph.resources] == ["K"]


def test_streams_that_the_shell_has_closed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check", "-"]) == 2
    assert capsys.readouterr().err == "keyturn: error: standard input: closed\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TOPIC.encode())))
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["check", "-"]) == 0


def test_what_is_larger_than_is_read_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST", 2 << 20)
    file = tmp_path / "t.yaml"
    file.write_bytes(TOPIC.encode().ljust((2 << 20) + 1))
    with pytest.raises(Unreadable, match="larger than 2 MB"):
        read(str(file))
    with file.open("rb") as opened, pytest.raises(Unreadable, match="larger than 2 MB"):
        source.stream("standard input", opened)
