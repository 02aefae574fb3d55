"""What older SDKs of Pulumi have otherwise: a program brings its own, in its own environment."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from pulumi.runtime.proto import source_pb2

from keyturn.read.pulumi import monitor


def test_what_the_engine_can_do_is_asked_for_each_by_itself() -> None:
    assert monitor._features(SimpleNamespace(SupportsFeature=None)) == {"feature_support": {}}
    assert monitor._features(monitor._Monitor(SimpleNamespace()))["monitor_features"]  # type: ignore[arg-type]


def test_a_request_has_one_place() -> None:
    place = source_pb2.SourcePosition(uri="file:///an%20app/__main__.py", line=3)
    assert monitor._frames(SimpleNamespace(sourcePosition=place)) == (("/an app/__main__.py", 3),)
    assert monitor._frames(SimpleNamespace(sourcePosition=source_pb2.SourcePosition())) == ()


def test_the_place_is_the_innermost_call_that_is_no_library_s(tmp_path: Path) -> None:
    library, program = tmp_path / "site-packages" / "provider.py", tmp_path / "program.py"
    library.parent.mkdir()
    library.write_text("def declare(find):\n    return find(4)\n")
    program.write_text("\n\nfound = declare(find)\n")
    names = {"find": monitor._position}
    for file in (library, program):
        exec(compile(file.read_text(), str(file), "exec"), names)
    found: source_pb2.SourcePosition = names["found"]  # type: ignore[assignment]
    assert (found.uri, found.line) == (program.as_uri(), 3)
