"""
Feed damaged files to the readers until one of them fails in a way it may not: anything but a graph or `Unreadable`.

Examples are templates, plans, previews (`.yaml`, `.json`) and Terraform files (`.tf`).

    python tools/fuzz_readers.py [seconds] [seed] [folder of examples]
"""

from __future__ import annotations

import contextlib
import copy
import json
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from keyturn.problem import Problem
from keyturn.read import Options, Unreadable, read
from keyturn.read.order import order
from keyturn.read.resolve import planned, resolve
from keyturn.read.source import load
from keyturn.template import to_json

OPTIONS = Options(parameters={"Given": "x"})
WORDS = [
    *(
        f"Fn::{name}"
        for name in [
            "Sub",
            "If",
            "GetAtt",
            "Join",
            "Select",
            "Split",
            "FindInMap",
            "Cidr",
            "GetAZs",
            "Transform",
            "Base64",
            "ToJsonString",
            "Length",
        ]
    ),
    *(
        "Ref",
        "Condition",
        "Type",
        "Properties",
        "DependsOn",
        "Resources",
        "Outputs",
        "Parameters",
        "Default",
        "Value",
        "Conditions",
    ),
    *(
        "Mappings",
        "Fn::ForEach::X",
        "Fn::Equals",
        "Fn::And",
        "Fn::Not",
        "Transform",
        "AWS::LanguageExtensions",
        "AWS::Serverless-2016-10-31",
    ),
    *(
        "AWS::KMS::Key",
        "AWS::NoValue",
        "AWS::Region",
        "${A.B}",
        "${",
        "}",
        "{{resolve:ssm:x}}",
        "{{resolve:",
        "",
        "0",
        "-1",
        "a.b.c",
    ),
]


def scraps(dice: random.Random) -> Any:
    return dice.choice(
        [
            None,
            True,
            0,
            -1,
            1.5,
            10**30,
            "",
            [],
            {},
            [[]],
            {"": None},
            dice.choice(WORDS),
            {dice.choice(WORDS): dice.choice(WORDS)},
        ]
    )


def damage(document: Any, dice: random.Random, pieces: list[Any]) -> Any:
    """The document with a few of its values replaced, moved, renamed or repeated."""
    document = copy.deepcopy(document)
    for _ in range(dice.randint(1, 4)):
        holder, keys = document, []
        while isinstance(holder, dict | list) and holder:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = dice.choice(keys)
            if not isinstance(holder[key], dict | list) or not holder[key] or dice.random() < 0.25:
                break
            holder = holder[key]
        if not isinstance(holder, dict | list) or not holder:
            continue
        what = dice.randrange(5)
        if what == 0:
            holder[key] = scraps(dice)
        elif what == 1:
            holder[key] = copy.deepcopy(dice.choice(pieces))
        elif what == 2 and isinstance(holder, dict):
            holder[dice.choice(WORDS)] = holder.pop(key)
        elif what == 3:
            holder[key] = {dice.choice(WORDS): holder[key]}
        elif isinstance(holder, list):
            holder.insert(dice.randrange(len(holder) + 1), scraps(dice))
        else:
            holder[dice.choice(WORDS)] = scraps(dice)
    return document


def blur(text: str, dice: random.Random) -> bytes:
    """The text with a few of its bytes changed, moved or left out."""
    content = bytearray(text.encode())
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(content) or 1)
        what = dice.randrange(4)
        if what == 0:
            del content[at : at + dice.randint(1, 8)]
        elif what == 1:
            content[at:at] = dice.choice(
                [
                    b"\t",
                    b"*a",
                    b"&a ",
                    b"!Sub ",
                    b"!Ref ",
                    b": ",
                    b"- ",
                    b"\xff",
                    b"{",
                    b"[",
                    b"'",
                    b'"',
                    b"|",
                    b"<<: ",
                    b"\r",
                    b"\x00",
                    b"? ",
                ]
            )
        elif what == 2:
            begin = dice.randrange(len(content) or 1)
            content[at:at] = content[begin : begin + dice.randint(1, 40)]
        elif content:
            content[at % len(content)] = dice.randrange(256)
    return bytes(content)


def ask(file: Path, content: bytes) -> None:
    """Read, and ask the graphs all that can be asked."""
    file.write_bytes(content)
    for graph in read(str(file), OPTIONS):
        for resource in graph:
            resolve(resource.properties, planned(graph))
            list(resource.places)
        for work in (order, to_json):
            with contextlib.suppress(Problem):
                work(graph)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(__file__).parent.parent / "examples"
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".yaml", ".json", ".tf") and file.name != "Pulumi.yaml"
    ]
    texts = [(file.suffix, file.read_text()) for file in files]
    documents = [load("seed", text).data for suffix, text in texts if suffix != ".tf"]
    pieces = [
        piece
        for document in documents
        for section in document.values()
        if isinstance(section, dict)
        for piece in section.values()
    ]
    scratch = Path(tempfile.mkdtemp())
    dice, tried, failures = random.Random(seed), 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and failures < 5:
        tried += 1
        suffix = ".json"
        if documents and dice.random() < 0.5:
            content = json.dumps(damage(dice.choice(documents), dice, pieces)).encode()
        else:
            suffix, text = dice.choice(texts)
            content = blur(text, dice)
        began = time.monotonic()
        try:
            ask(scratch / f"main{suffix}", content)
        except Unreadable as refused:
            if "\n" in refused.message:
                failures += 1
                print("more than one line:", refused.message)
        except Exception:  # noqa: BLE001 - that is what is looked for
            failures += 1
            Path(f"fuzz-{seed}-{tried}.txt").write_bytes(content)
            print("".join(traceback.format_exc().splitlines(keepends=True)[-6:]))
        if time.monotonic() - began > 2:
            failures += 1
            Path(f"fuzz-{seed}-{tried}.txt").write_bytes(content)
            print("slow:", time.monotonic() - began)
    print(f"seed {seed}: {tried:,} tried, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
