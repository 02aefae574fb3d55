"""Templates made at random, for properties that hold of all of them."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st

PARAMETERS: dict[str, Any] = {
    "Env": {"Type": "String", "Default": "dev"},
    "Count": {"Type": "Number", "Default": 3},
    "Blocks": {"Type": "CommaDelimitedList", "Default": "10.0.0.0/24, 10.0.1.0/24,x"},
    "Given": {"Type": "String"},
    "Secret": {"Type": "String", "NoEcho": True, "Default": "not to be told"},
    "Looked": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/engine"},
}
NAMES = ("Key", "Topic", "Function", "Bucket", "Cluster")
ATTRIBUTES = {
    "Key": ["Arn", "KeyId"],
    "Topic": ["TopicArn", "TopicName"],
    "Function": ["Arn"],
    "Bucket": ["Arn", "DomainName", "RegionalDomainName"],
    "Cluster": ["Endpoint.Address", "Endpoint.Port", "DBClusterArn"],
}
TYPES = {
    "Key": "AWS::KMS::Key",
    "Topic": "AWS::SNS::Topic",
    "Function": "AWS::Lambda::Function",
    "Bucket": "AWS::S3::Bucket",
    "Cluster": "AWS::RDS::DBCluster",
}
PSEUDO = ("AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::StackName", "AWS::StackId", "AWS::URLSuffix")

characters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t${}\"':#-!")
literals = st.text(characters, max_size=12).filter(lambda text: "{{resolve:" not in text)
names = st.text("abcxyz", min_size=1, max_size=4)


def references(before: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Mentions of parameters, and of resources among `before`, so that there is no circle."""
    refs = [{"Ref": name} for name in (*PSEUDO, "Env", "Count", "Given", "Secret", "Looked", *before)]
    attributes = [{"Fn::GetAtt": [name, attribute]} for name in before for attribute in ATTRIBUTES[name]]
    return st.sampled_from([*refs, *attributes])


@functools.cache  # To make and validate a strategy takes longer than to draw from it.
def strings(before: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Expressions that give a string."""

    def deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        lists = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            st.builds(lambda delimiter, items: {"Fn::Join": [delimiter, items]}, literals, lists),
            st.builds(lambda items: {"Fn::Select": [0, items]}, lists),
            st.builds(lambda text: {"Fn::Select": [0, {"Fn::Split": ["-", text]}]}, inner),
            st.builds(lambda text: {"Fn::Join": ["+", {"Fn::Split": [":", text]}]}, inner),
            st.builds(lambda text: {"Fn::Base64": text}, inner),
            st.builds(lambda text: {"Fn::ToJsonString": {"a": [text], "b": {"c": text}}}, inner),
            st.builds(lambda text: {"Fn::ImportValue": text}, inner),
            st.builds(lambda text: {"Fn::GetStackOutput": {"StackName": text, "OutputName": "x"}}, inner),
            st.builds(
                lambda start, name, value: {"Fn::Sub": [f"{start}${{{name}}}", {name: value}]}, names, names, inner
            ),
            st.builds(lambda one, two: {"Fn::If": ["IsDev", one, two]}, inner, inner),
        )

    substitutes = [
        *PSEUDO,
        "Env",
        "Count",
        "!Literal",
        *before,
        *(f"{name}.{attribute}" for name in before for attribute in ATTRIBUTES[name]),
    ]
    leaves = st.one_of(
        literals,
        references(before),
        st.builds(lambda start, name: {"Fn::Sub": f"{start}${{{name}}}"}, names, st.sampled_from(substitutes)),
        st.just("{{resolve:ssm:/engine/version}}"),
        st.just({"Fn::Sub": "{{resolve:secretsmanager:${Env}:SecretString:password}}"}),
        st.builds(lambda index: {"Fn::Select": [index, {"Ref": "Blocks"}]}, st.integers(0, 2)),
        st.just({"Fn::Select": ["1", {"Fn::GetAZs": ""}]}),
        st.just({"Fn::Select": [1, {"Fn::Cidr": ["10.0.0.0/16", 4, 8]}]}),
    )
    return st.recursive(leaves, deeper, max_leaves=6)


@functools.cache
def values(before: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Anything that a property may hold."""
    scalars = st.one_of(strings(before), st.booleans(), st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6))
    lists = st.sampled_from(
        [{"Ref": "Blocks"}, {"Fn::GetAZs": {"Ref": "AWS::Region"}}, {"Fn::Split": [",", {"Ref": "Given"}]}]
    )
    return st.recursive(
        st.one_of(scalars, lists),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
        max_leaves=6,
    )


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """A whole template, in the long form of its functions."""
    resources: dict[str, Any] = {}
    before: tuple[str, ...] = ()
    for name in draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))]:
        properties = {
            f"X{key}": value for key, value in draw(st.dictionaries(names, values(before), max_size=4)).items()
        }
        resources[name] = {"Type": TYPES[name], "Properties": properties}
        if before and draw(st.booleans()):
            resources[name]["DependsOn"] = draw(st.sampled_from(before))
        if draw(st.booleans()):
            resources[name]["DeletionPolicy"] = "Retain"
        before = tuple(sorted((*before, name)))
    return {
        "Parameters": PARAMETERS,
        "Conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Env"}, "dev"]}},
        "Resources": resources,
        "Outputs": {"Out": {"Value": draw(strings(before)), "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-out"}}}},
    }
