"""
AWS Config's recorder, delivery channel and rules are made in an order in which they cannot be made.

The recorder starts only when there is a delivery channel, and a delivery channel is accepted only when there is a recorder: CloudFormation
makes the two side by side, and neither may wait for the other. Terraform and Pulumi start the recorder later, by its status: there the
channel has to wait for the recorder. A rule needs the recorder. And a region has one recorder and one delivery channel.

Fix: let neither of the two depend on the other, or where the recorder is started later the channel on the recorder; let both depend on the
bucket's policy, and the rules on the recorder.

Why it matters: whichever waits, the other one is refused, and the stack is rolled back, after minutes.

Scope: recorders, delivery channels and rules declared beside each other

Noticed: at deployment, when the first of them is created

Recovery: change the dependencies and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-config-deliverychannel.html
  https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigurationRecorder.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.order import comes_after, may_overtake, needs
from keyturn.facts import config
from keyturn.graph import Graph, Resource

RECORDER, CHANNEL, RULE = (
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::Config::ConfigRule",
)


@check(RECORDER, CHANNEL, RULE, verdict=Verdict.REFUSED)
def config_order_refused(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type == RULE:
        yield from _rule(resource, graph)
        return
    others = [each for each in graph.of_type(resource.type) if each is not resource and each.region == resource.region]
    if others and next(graph.of_type(resource.type)) is not resource:
        yield Finding(
            at=resource.at(),
            message=f"a region has one of {resource.type}, and {others[0]} is one",
            related=(Note(others[0].at(), "the other one"),),
            error=config.ONE_RECORDER if resource.type == RECORDER else config.ONE_CHANNEL,
            hint="leave one of them out",
        )
    for each in graph.of_type(CHANNEL if resource.type == RECORDER else RECORDER):
        yield from _pair(resource, each, graph)


def _pair(resource: Resource, other: Resource, graph: Graph) -> Iterator[Outcome]:
    """A recorder and a channel, one of which is told of as it waits for the other."""
    recorder, channel = (resource, other) if resource.type == RECORDER else (other, resource)
    later = config.RECORDING in recorder.afterwards
    if comes_after(resource, other, graph) and not (later and resource is channel):
        yield Finding(
            at=resource.at(),
            message=f"{resource} waits for {other}, which cannot be made without {resource}",
            related=(Note(other.at(), "what it waits for"),),
            error=config.NO_CHANNEL if other is recorder else config.NO_RECORDER,
            hint=f"let {channel} depend on {recorder}, not the other way round"
            if later
            else "let neither depend on the other: CloudFormation makes them side by side",
        )
    elif (
        later
        and resource is channel
        and not comes_after(recorder, channel, graph)
        and may_overtake(channel, recorder, graph)
    ):
        yield Finding(
            at=channel.at(),
            message=f"{channel} does not wait for {recorder}, without which no channel is accepted",
            related=(Note(recorder.at(), "the recorder"),),
            hint=f"let {channel} depend on {recorder}",
            verdict=Verdict.WEAK,
        )


def _rule(rule: Resource, graph: Graph) -> Iterator[Outcome]:
    recorder = next(graph.of_type(RECORDER), None)
    if recorder is None or comes_after(rule, recorder, graph):
        return
    sooner = needs(recorder, graph) - needs(rule, graph)
    yield Finding(
        at=rule.at(),
        message=f"{rule} does not wait for {recorder}, without which no rule is accepted",
        related=(Note(recorder.at(), "the recorder"),),
        error=config.NO_RECORDER_FOR_RULE if sooner else None,
        hint=f"let {rule} depend on {recorder}",
        verdict=None if sooner else Verdict.WEAK,
    )
