"""
The body of a dashboard is not one that CloudWatch accepts.

`DashboardBody` is a text of JSON: an object with a list of widgets, each of a known type, with properties, and a place on a grid that
is 24 columns wide.

Fix: make it valid JSON, and give each widget what its type needs.

Why it matters: the dashboard is not created, and with it the whole stack is rolled back, for a picture.

Scope: every dashboard whose body is known before deployment

Noticed: at deployment, when the dashboard is created

Recovery: mend the body and deploy again

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Unknown

WIDGETS = ("metric", "text", "log", "alarm", "explorer", "custom")
SIZES = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}
NEEDED = {"text": ("markdown",), "alarm": ("alarms",), "custom": ("endpoint",)}
"""Properties without which a widget is refused, by its type."""


@check("AWS::CloudWatch::Dashboard", verdict=Verdict.REFUSED)
def dashboard_body_invalid(dashboard: Resource, graph: Graph) -> Iterator[Outcome]:
    body = dashboard.get("DashboardBody")
    if isinstance(body, Unknown):
        yield Undecided(dashboard.at("DashboardBody"), body.because)
        return
    if not isinstance(body, str):
        return  # Some writers give the object itself, which is made a text at deployment.
    faults = list(_faults(body))
    if faults:
        count = "there is 1 validation error" if len(faults) == 1 else f"there are {len(faults)} validation errors"
        more = f" (+{len(faults) - 1})" if len(faults) > 1 else ""
        yield Finding(
            at=dashboard.at("DashboardBody"),
            message=f"{faults[0]}{more}",
            error=AwsError("InvalidParameterInput", f"The dashboard body is invalid, {count}"),
            hint="compare it with the structure that CloudWatch documents",
        )


def _faults(body: str) -> Iterator[str]:
    try:
        read = json.loads(body)
    except json.JSONDecodeError as error:
        yield f"it is no JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}"
        return
    widgets = read.get("widgets") if isinstance(read, dict) else None
    if not isinstance(widgets, list):
        yield "it is no object with a list of widgets"
        return
    for number, widget in enumerate(widgets, 1):
        if not isinstance(widget, dict):
            yield f"widget {number} is no object"
        else:
            yield from (f"widget {number} {fault}" for fault in _widget(widget))


def _widget(widget: Mapping[str, Any]) -> Iterator[str]:
    kind, properties = widget.get("type"), widget.get("properties")
    if kind not in WIDGETS:
        yield "has no type" if kind is None else f"is of type `{kind}`, and there are {', '.join(WIDGETS)}"
        return
    if not isinstance(properties, dict):
        yield "has no properties"
        return
    for name in NEEDED.get(kind, ()):
        if name not in properties:
            yield f"is of type {kind}, and has no `{name}`"
    if kind == "metric":
        yield from _metric(properties)
    for name, (least, most) in SIZES.items():
        value = widget.get(name)
        if isinstance(value, int | float) and (value < least or (most is not None and value > most)):
            yield f"has a {name} of {value}: it is {least} to {most}" if most else f"has a {name} of {value}"


def _metric(properties: Mapping[str, Any]) -> Iterator[str]:
    metrics, annotations = properties.get("metrics"), properties.get("annotations")
    alarms = isinstance(annotations, dict) and "alarms" in annotations
    if metrics is None and not alarms:
        yield "shows neither metrics nor an alarm"
    elif metrics is not None and not (isinstance(metrics, list) and all(isinstance(each, list) for each in metrics)):
        yield "has metrics that are no list of lists"
