"""
The identity that each resource will have: what `Ref` gives, its ARN, and what `Fn::GetAtt` gives.

Names and ARNs are derived from the resource's properties where they say; where AWS would choose, an identifier of the right form is
minted, the same on every run. Every reader uses this, whatever its dialect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyturn.graph import Unknown, Value
from keyturn.read.identity.shape import Fields, Shape

if TYPE_CHECKING:
    from keyturn.read.world import World


@dataclass(frozen=True, slots=True)
class Identity:
    """
    What a resource will be known by.

    Attributes:
        identity: What `Ref` gives.
        arn: None for a type that has none.
        attributes: What `Fn::GetAtt` gives, by attribute.
    """

    identity: str | Unknown
    arn: str | Unknown | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)


def identify(name: str, type_: str, properties: Mapping[str, Value], world: World, *, begins: Value = None) -> Identity:
    """
    Say what a resource will be known by.

    Args:
        name: Its logical name, for which identifiers are minted.
        type_: Its CloudFormation type.
        properties: By CloudFormation's names, references resolved.
        begins: What its name begins with, where its user says that much only.
    """
    shape = shape_of(type_)
    if shape is None:
        return Identity(
            Unknown(f"what {type_} is known by is not modelled"), Unknown(f"the ARN of {type_} is not modelled")
        )
    fields = Fields(name, type_, properties, world, shape, begins)
    return Identity(
        fields.ref, fields.arn, {attribute: fields.render(form) for attribute, form in shape.attributes.items()}
    )


def shape_of(type_: str) -> Shape | None:
    """What is known of a type; None for nothing."""
    match type_.split("::"):
        case ["AWS", service, kind]:
            return _table(service).get(f"{service}::{kind}")
    return None


def _table(service: str) -> Mapping[str, Shape]:
    """The shapes of one area of services; an area is imported when it is first asked for."""
    match service:
        case "EC2":
            from keyturn.read.identity.network import SHAPES
        case "RDS" | "DynamoDB" | "DocDB" | "ElastiCache" | "EFS":
            from keyturn.read.identity.database import SHAPES
        case "KMS" | "IAM" | "SecretsManager" | "SSM" | "CloudTrail":
            from keyturn.read.identity.security import SHAPES
        case "SNS" | "SQS" | "Events" | "Scheduler" | "Kinesis" | "KinesisFirehose":
            from keyturn.read.identity.messaging import SHAPES
        case (
            "ApiGateway"
            | "ApiGatewayV2"
            | "Cognito"
            | "ElasticLoadBalancingV2"
            | "StepFunctions"
            | "ECR"
            | "ECS"
            | "WAFv2"
            | "CloudFront"
            | "Route53"
        ):
            from keyturn.read.identity.web import SHAPES
        case "AutoScaling" | "Config" | "Glue" | "SES" | "IoT":
            from keyturn.read.identity.operations import SHAPES
        case _:
            from keyturn.read.identity.compute import SHAPES
    return SHAPES
