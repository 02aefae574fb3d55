"""
A hosted rotation is declared in a way that makes no function.

`HostedRotationLambda` is a request to a transform: `AWS::SecretsManager-2024-09-16` at the head of the template (or its forerunner of
2020) makes AWS's own rotation function of it, in a nested stack. Without the transform nothing does. The transform takes a function of the
template's own or a hosted one, not both, and a hosted one of the types that it knows, under a name that Lambda takes.

Fix: declare the transform, give a rotation type, and leave RotationLambdaARN out.

Why it matters: the template is refused, or the schedule is, after everything else was made.

Scope: rotation schedules with `HostedRotationLambda`

Noticed: at deployment, when the change set or the rotation schedule is created

Recovery: change the template and deploy again; the secret's value is untouched

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.facts import hosted_rotation, names
from keyturn.graph import Graph, Resource

HOSTED = "HostedRotationLambda"


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.REFUSED)
def rotation_hosted_refused(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    hosted, at = schedule.get(HOSTED), schedule.at(HOSTED)
    if not isinstance(hosted, Mapping):
        return
    declared = next((each for each in graph.transforms if each in hosted_rotation.TRANSFORMS), None)
    if declared is None:
        newest = hosted_rotation.TRANSFORMS[0]
        message = "nothing makes this function: the template does not declare the transform for it"
        yield Finding(at, message, hint=f"write `Transform: {newest}` at the head of the template")
        return
    if schedule.get("RotationLambdaARN") is not None:
        yield Finding(
            at=schedule.at("RotationLambdaARN"),
            message="a function is named, and a hosted one is asked for too",
            error=hosted_rotation.both_given(declared),
            hint="leave one of the two out",
        )
        return
    if "SuperuserSecretArn" in hosted and "MasterSecretArn" in hosted:
        where = schedule.at(HOSTED, "MasterSecretArn")
        yield Finding(where, "the superuser's secret is given twice, by its old name too", hint="leave this one out")
    name, allowed = hosted.get("RotationLambdaName"), names.RULES["AWS::Lambda::Function"]
    if isinstance(name, str) and (len(name) > allowed.longest or not allowed.pattern.fullmatch(name)):
        message = f"`{name}` is no name for a function: it has up to {allowed.longest} of {allowed.asked}"
        yield Finding(schedule.at(HOSTED, "RotationLambdaName"), message, hint="choose another name, or leave it out")
    wanted, where = hosted.get("RotationType"), schedule.at(HOSTED, "RotationType")
    if wanted is None:
        yield Finding(at, "the hosted function has no type", hint="give RotationType, such as MySQLSingleUser")
    elif isinstance(wanted, str) and wanted not in hosted_rotation.TYPES:
        meant = hosted_rotation.did_you_mean(wanted)
        if meant:
            message = f"`{wanted}` is no rotation type; did you mean `{meant}`?"
            yield Finding(where, message, fix=Fix(f"take {meant}", where, replace=meant))
        else:
            yield Undecided(where, f"whether there is a rotation type `{wanted}` is not known here")
