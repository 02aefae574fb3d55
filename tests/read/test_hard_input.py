"""Whatever a file holds: a planned world or one clear line, in bounded time and memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expressions import templates
from keyturn.graph import Graph, Unknown
from keyturn.read import Options, Unreadable, cloudformation, read
from keyturn.read.cloudformation.mentions import SUBSTITUTE
from keyturn.read.cloudformation.places import paths
from keyturn.read.order import Cycle, order
from keyturn.read.resolve import planned, resolve
from keyturn.read.source import Source, decode

KEY = "Resources: {Key: {Type: AWS::KMS::Key}}\n"


def bomb(levels: int = 12, width: int = 10) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, levels)]
    return "\n".join(lines) + "\n" + KEY


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"", "1:1: not a template: it declares no resource under `Resources`"),
        (b"\n\n# nothing\n", "1:1: not a template"),
        (b"\xef\xbb\xbf", "1:1: not a template"),
        (b"Resources: {\xff}", "1: not UTF-8 text"),
        (b"a: 1\nb: \xc3(\n", "2: not UTF-8 text"),
        (b"\x00\x01\x02", "not a text file"),
        (b"Resources:\n\tKey:\n", "2:1: not YAML: a tab stands where YAML wants spaces"),
        (b"Resources: [", "2:1: not YAML: did not find expected node content"),
        (b"a: 1\n a: 2\n", "2:3: not YAML: mapping values are not allowed in this context"),
        (b'{"Resources": {,}}', "1:16: not JSON: expecting property name enclosed in double quotes"),
        (b"[" * 100_000, "1:201: nested more than 200 deep"),
        (b"- " * 50_000, "1:401: nested more than 200 deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"a: &a [*a]", "1:8: `*a` has no `&a` before it"),
        (b"a: *b", "1:4: `*b` has no `&b` before it"),
        (b"a: !!binary aGk=", "1:4: `!!binary` is not taken by CloudFormation"),
        (
            b"a: !!python/object/apply:os.system [ls]",
            "1:4: `!!python/object/apply:os.system` is not taken by CloudFormation",
        ),
        (b"Resources: {K: {Type: !Reff x}}", "1:23: `!Reff` is not a function of CloudFormation; did you mean `!Ref`?"),
        (b"? [a, b]\n: 1\n", "1:3: a key that is not a string"),
        (b"a: 1\n---\nb: 2\n", "2:1: a second document; one template has one"),
        (b"a: \x08", "not YAML: unacceptable character #x0008: control characters are not allowed"),
        (bomb().encode(), ": aliases expand to more than 500,000 values"),
        (b"Resources: {K: {Type: T, DependsOn: }}", "1:26: `DependsOn` is a name or a list of names"),
        (b"Resources: {K: {Type: T, Properties: {A: !GetAtt [K2, 1, 2]}}}", "`A` names `K2`, which is not declared"),
        (b'Resources: {K: {Type: T, Properties: {A: !Ref "x\\ny"}}}', "`A` names `x y`, which is not declared"),
        (b"Resources: {K: {Type: T, Properties: {'Fn::Sub': [a, {}], B: 1}}}", "`Fn::Sub` stands beside other keys"),
        *(
            (
                b"Mappings: {M: %s}\nResources: {K: {Type: T, Properties: {A: !FindInMap [M, a, b]}}}" % rows,
                "2:42: the mapping `M` has no `a`, `b`",
            )
            for rows in (b"", b"5", b"[a]")
        ),
        (b"9" * 5000, "1:1: not a template"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON: a number of thousands of digits"),
        (b'{"Resources": {"K": {"Type": "T", "Properties": {"a": NaN}}}}', None),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(tmp_path: Path, content: bytes, because: str | None) -> None:
    file = tmp_path / "t.yaml"
    file.write_bytes(content)
    if because is None:
        read(str(file))
        return
    with pytest.raises(Unreadable) as refused:
        read(str(file))
    assert because in refused.value.because.lower() or because in refused.value.because
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(tmp_path: Path, encoding: str, ends: str) -> None:
    file = tmp_path / "t.yaml"
    file.write_bytes(
        "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      Description: é\n".replace(
            "\n", ends
        ).encode(encoding)
    )
    (graph,) = read(str(file))
    assert graph.resources["Key"].get("Description") == "é"
    assert graph.resources["Key"].at("Description").place.line == 5


def test_keys_given_twice_are_told_of_and_the_last_counts() -> None:
    for text in (
        "Resources:\n  Key:\n    Type: AWS::SNS::Topic\n    Type: AWS::KMS::Key\n",
        '{"Resources": {"Key": {\n"Type": "AWS::SNS::Topic",\n\n    "Type": "AWS::KMS::Key"}}}',
    ):
        graph = cloudformation.read("t", text=text)
        assert graph.resources["Key"].type == "AWS::KMS::Key"
        assert [(str(remark.place), remark.text) for remark in graph.remarks] == [
            ("t:4:5", "`Type` is given twice; the last one counts")
        ]


def test_a_long_chain_of_references_is_followed() -> None:
    resources = {"T0": {"Type": "AWS::SNS::Topic"}} | {
        f"T{number}": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"DisplayName": {"Fn::GetAtt": [f"T{number - 1}", "TopicName"]}},
        }
        for number in range(1, 3000)
    }
    graph = cloudformation.read("t", text=json.dumps({"Resources": dict(reversed(resources.items()))}))
    assert [resource.name for resource in order(graph)] == list(resources)


def test_a_long_chain_of_conditions_is_told_or_followed() -> None:
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": ["a", "a"]}}
    conditions |= {f"C{number}": {"Condition": f"C{number - 1}"} for number in range(1, 5000)}
    text = json.dumps(
        {
            "Conditions": dict(reversed(conditions.items())),
            "Resources": {"K": {"Type": "AWS::KMS::Key", "Condition": "C4999"}},
        }
    )
    with pytest.raises(Unreadable, match="nested too deep"):
        cloudformation.read("t", text=text)


junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["Key", "AWS::Region", "${Key", "a.b"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "Ref",
                    "Fn::Sub",
                    "Fn::If",
                    "Fn::GetAtt",
                    "Fn::Join",
                    "Fn::Select",
                    "Fn::Split",
                    "Fn::FindInMap",
                    "Fn::Cidr",
                    "Fn::GetAZs",
                    "Fn::Transform",
                    "Fn::Base64",
                    "Fn::ForEach::X",
                    "Condition",
                    "Type",
                    "x",
                ]
            ),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A template some part of which is something else."""
    document = json.loads(json.dumps(draw(templates())))
    for _ in range(draw(st.integers(1, 3))):
        value = document
        while True:
            if not isinstance(value, dict | list) or not value:
                break
            keys = sorted(value) if isinstance(value, dict) else list(range(len(value)))
            key = draw(st.sampled_from(keys))
            if draw(st.booleans()) or not isinstance(value[key], dict | list):
                if draw(st.booleans()):
                    value[key] = draw(junk)
                elif isinstance(value, dict):
                    value[draw(st.text(max_size=3))] = value.pop(key)
                break
            value = value[key]
    return document


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(damaged())
def test_a_damaged_template_is_read_or_refused_in_one_line(document: Any) -> None:
    try:
        graph = cloudformation.read("t", Options(parameters={"Given": "a"}), text=json.dumps(document))
    except Unreadable as refused:
        said = refused.message
    else:
        said = walked(graph)
    assert "\n" not in said


def walked(graph: Graph) -> str:
    """Ask a graph all that can be asked; what its order says, if it has none."""
    for resource in graph:
        resolve(resource.properties, planned(graph))
        list(resource.places)
    try:
        order(graph)
    except Cycle as circle:
        return circle.message
    return ""


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(max_size=60).map(str.encode),
        st.text(" \t\n-:{}[]&*!|>'\"#%@`,?ab<0x", max_size=40).map(str.encode),
    )
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for whole in (content, b"Resources:\n  K:\n    Type: T\n    Properties: " + content):
        try:
            cloudformation.read("t", text=decode("t", whole))
            said = ""
        except Unreadable as refused:
            said = refused.message
        assert "\n" not in said


def test_a_name_that_is_no_string_makes_an_identity_unknown() -> None:
    graph = cloudformation.read("t", text="Resources: {K: {Type: AWS::SNS::Topic, Properties: {TopicName: {A: 1}}}}")
    assert graph.resources["K"].identity == Unknown("TopicName of K is not a string")


def test_a_function_that_cannot_take_what_is_found_at_deployment_gives_unknown() -> None:
    text = "Resources: {K: {Type: T, Properties: {A: {Fn::ToJsonString: '{{resolve:ssm:x}}'}}}}"
    value = cloudformation.read("t", text=text).resources["K"].get("A")
    assert resolve(value, lambda _: "found") == Unknown(
        "`Fn::ToJsonString`: a list or an object is wanted, not a string"
    )


def test_the_pattern_of_substitutions_takes_linear_time() -> None:
    assert SUBSTITUTE.findall("${" * 200_000) == []


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.dictionaries(st.text(max_size=4), anything, max_size=4), st.lists(anything)),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_every_value_of_any_json_has_its_place(data: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    source = Source("t", text, data)
    lines = text.split("\n")
    for path in paths(frozen(data)):
        place = source.find(path)
        assert place is not None
        value: Any = data
        for step in path[:-1]:
            value = value[step]
        shown = path[-1] if isinstance(path[-1], str) else value[path[-1]]
        written = json.dumps(shown, ensure_ascii=ascii_only)
        assert lines[place.line - 1][place.column - 1 :].startswith(
            written if not isinstance(shown, dict | list) else written[0]
        )


def frozen(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: frozen(value) for key, value in data.items()}
    return tuple(frozen(value) for value in data) if isinstance(data, list) else data
