"""What rotates a secret: a function that is declared here, or one that AWS has ready."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.network import Placed, placed
from keyturn.facts import hosted_rotation
from keyturn.graph import Graph, Ref, Resource, Site, Unknown, Value

APPLICATION = re.compile(r"SecretsManager(?:RDS)?(?P<kind>\w+)Rotation(?P<strategy>Single|Multi)User")
"""The applications of the Serverless Application Repository that hold AWS's own rotation functions."""

_SUPERUSER, _MASTER = "superuserSecretArn", "masterSecretArn"


@dataclass(frozen=True, slots=True)
class Rotator:
    """
    What rotates a secret.

    Attributes:
        at: Where its place in the network is declared.
        kind: Of AWS's own functions, which: `MySQLSingleUser`; empty for a function that is declared here.
        superuser: What an own function of AWS's is told of the secret that it may read besides, by `superuser_property`.
        function: That function; None for one of AWS's own.
    """

    place: Placed
    at: Site
    kind: str = ""
    function: Resource | None = None
    superuser: Value = None
    superuser_property: str = ""

    def __str__(self) -> str:
        return self.place.name

    @property
    def engine(self) -> str:
        """The engine that one of AWS's own functions is for, as a secret names it; empty if it is none of them, or not known."""
        return hosted_rotation.ENGINES.get(self.kind.removesuffix("SingleUser").removesuffix("MultiUser"), "")

    @property
    def by_superuser(self) -> bool:
        """Whether one of AWS's own functions sets passwords as another user, who makes and alternates two."""
        return self.kind.endswith("MultiUser")


def rotator_of(schedule: Resource, graph: Graph) -> Rotator | None:
    """What rotates the secret of a schedule; None if that is not declared here."""
    named, hosted = schedule.get("RotationLambdaARN"), schedule.get("HostedRotationLambda")
    if function := function_named(named, graph):
        return Rotator(placed(function), function.at("VpcConfig"), function=function)
    if isinstance(hosted, Mapping):
        groups, subnets = (_listed(hosted.get(name)) for name in ("VpcSecurityGroupIds", "VpcSubnetIds"))
        kind, superuser = hosted.get("RotationType"), hosted.get("SuperuserSecretArn", hosted.get("MasterSecretArn"))
        place, at = Placed(f"the hosted function of {schedule}", groups, subnets), schedule.at("HostedRotationLambda")
        kind = kind if isinstance(kind, str) else ""
        return Rotator(place, at, kind, superuser=superuser, superuser_property="SuperuserSecretArn")
    return _application(named, graph)


def _application(named: Value, graph: Graph) -> Rotator | None:
    """The rotation function that an application of the repository makes, as CDK's `SecretRotation` does."""
    source = named.source if isinstance(named, Unknown) else None
    stack = graph.resources.get(source.name) if isinstance(source, Ref) else None
    found = APPLICATION.fullmatch(_application_name(stack).rpartition("/")[2]) if stack else None
    if stack is None or found is None:
        return None
    groups, subnets = (_listed(stack.get("Parameters", name)) for name in ("vpcSecurityGroupIds", "vpcSubnetIds"))
    place = Placed(str(stack), groups, subnets, stack.get("Parameters"))
    kind = f"{found['kind']}{found['strategy']}User"
    superuser = stack.get("Parameters", _SUPERUSER) or stack.get("Parameters", _MASTER)
    return Rotator(place, stack.at("Parameters"), kind, superuser=superuser, superuser_property=_SUPERUSER)


def _application_name(stack: Resource) -> str:
    """The id of an application; of one that SAM's transform has made a nested stack of, as it is tagged."""
    tags = stack.get("Tags")
    named = [
        tag.get("Value")
        for tag in (tags if isinstance(tags, tuple) else ())
        if isinstance(tag, Mapping) and tag.get("Key") == "serverlessrepo:applicationId"
    ]
    return str(next(iter(named), None) or stack.get("Location", "ApplicationId"))


def _listed(value: Value) -> Value:
    """The items of a list that is written with commas between them."""
    return tuple(each.strip() for each in value.split(",") if each.strip()) if isinstance(value, str) else value
