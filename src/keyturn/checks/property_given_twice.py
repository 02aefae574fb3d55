"""
A property is given twice, and what stands there first is dropped.

CloudFormation takes a template in which a mapping has one key twice, in YAML as in JSON, and goes by the last. So do two blocks of tags, a
property that was pasted, or two resources of one name: nothing tells that the first one is not there.

Fix: keep one of them.

Why it matters: what was written first is not deployed, and neither is what is changed there later.

Scope: resources and their properties in templates; Terraform refuses it itself

Noticed: never, or when it is missed

Recovery: keep the right one and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.graph import Graph, Resource


@check(verdict=Verdict.DEAD)
def property_given_twice(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    again = {remark.place for remark in graph.remarks if remark.repeated}
    if not again:
        return
    if resource.place in again:
        yield Finding(resource.at(), f"`{resource.name}` is declared twice, and the first is dropped", hint=HINT)
    for path, place in resource.places.items():
        if place in again:
            yield Finding(resource.at(*path), "it is given twice, and the first is dropped", hint=HINT)


HINT = "keep one of them"
