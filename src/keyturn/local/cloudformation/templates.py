"""A request's template: where it is, what it declares, what it needs leave for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError, ParamValidationError

from keyturn.graph import Graph
from keyturn.local.call import Refused
from keyturn.local.cloudformation import parameters
from keyturn.local.cloudformation.refusal import validation
from keyturn.read.cloudformation import planned
from keyturn.read.order import Cycle, order
from keyturn.read.source import load
from keyturn.read.world import Options, Unreadable

INLINE_BYTES, MOST_BYTES = 51_200, 1_000_000
"""How long a template may be: in the request, and by URL; CloudFormation quotas."""
MOST_RESOURCES = 500
EXPANDED = frozenset({"AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"})
"""The transforms that the reader carries out."""
NAMED = {
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
}
IAM = (*NAMED, "AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition")


def text(request: Mapping[str, Any], client: Callable[[str], Any], previous: str | None = None) -> str:
    """
    The text of the template that a request brings or points to.

    Args:
        previous: The stack's present template, for requests that keep it.

    Raises:
        Refused: There is none, or it is too long.
    """
    if request.get("UsePreviousTemplate") and previous is not None:
        return previous
    if body := request.get("TemplateBody"):
        if len(body.encode()) > INLINE_BYTES:
            raise validation(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less"
                f" than or equal to {INLINE_BYTES}"
            )
        return str(body)
    if url := request.get("TemplateURL"):
        return fetch(url, client)
    raise validation("Either Template URL or Template Body must be specified.")


def fetch(url: str, client: Callable[[str], Any]) -> str:
    """
    An object of S3's, by any of the URLs that it has.

    Raises:
        Refused: It cannot be had.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _not_supported() from None
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    bucket, _, rest = host.partition(".")
    virtual = rest.startswith(("s3.", "s3-")) or rest == "localhost"
    if not virtual:
        bucket, _, path = path.partition("/")
    try:
        content = client("s3").get_object(Bucket=bucket, Key=path)["Body"].read()
    except ParamValidationError:
        raise _not_supported() from None
    except ClientError as error:
        raise validation(f"S3 error: {error.response['Error'].get('Message', 'the object cannot be read')}") from None
    if len(content) > MOST_BYTES:
        raise validation("Template may not exceed 1000000 bytes in size.")
    return str(content.decode())


def _not_supported() -> Refused:
    return validation("TemplateURL must be a supported URL.")


def read(
    body: str, *, account: str, region: str, stack: str, given: Mapping[str, str]
) -> tuple[Graph, Mapping[str, Any]]:
    """
    The planned world of a template, and its data.

    Raises:
        Refused: CloudFormation would not take it.
    """
    _check_text(body, given)
    graph, data = survey(body, Options(region=region, account=account, stack=stack, parameters=given))
    if len(graph.resources) > MOST_RESOURCES:
        raise validation(
            f"Template format error: Number of resources, {len(graph.resources)}, is greater than maximum allowed, {MOST_RESOURCES}"
        )
    return graph, data


def survey(body: str, options: Options) -> tuple[Graph, Mapping[str, Any]]:
    """As `read`, but parameters may be missing."""
    try:
        source = load("template", body)
        graph = planned(source, options)
        order(graph)
    except Unreadable as error:
        raise validation(f"Template error: {error.because}") from None
    except Cycle as error:
        raise validation(f"Circular dependency between resources: [{', '.join(error.names)}]") from None
    return graph, source.data if isinstance(source.data, dict) else {}


SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Hooks",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Rules",
        "Transform",
    }
)
"""CloudFormation user guide, "Template sections"; `Globals` is SAM's, and goes with the transform."""


def _check_text(body: str, given: Mapping[str, str]) -> None:
    """
    See whether a template has the sections that there are, and whether its parameters may be what is given.

    Raises:
        Refused: It has others, or they may not.
    """
    try:
        data = load("template", body).data
    except Unreadable:
        return  # told by whoever reads it
    if not isinstance(data, dict):
        return
    known = SECTIONS | ({"Globals"} if data.get("Transform") else set())
    if unknown := [str(name) for name in data if name not in known]:
        raise validation(f"Invalid template property or properties [{', '.join(unknown)}]")
    declared = data.get("Parameters") or {}
    if isinstance(declared, dict) and all(isinstance(each, dict) for each in declared.values()):
        parameters.check(declared, given)


def check_capabilities(graph: Graph, data: Mapping[str, Any], given: tuple[str, ...], *, changing: bool) -> None:
    """
    See whether the request gives leave for what its template does.

    Args:
        changing: Whether it is a change set's, which may expand macros without leave.

    Raises:
        Refused: It does not.
    """
    for name in _transforms(data.get("Transform")):
        if not changing and "CAPABILITY_AUTO_EXPAND" not in given:
            raise _insufficient("CAPABILITY_AUTO_EXPAND")
        if name not in EXPANDED:
            raise NotImplementedError(f"the local AWS does not expand {name}")
    for needed in needed_capabilities(graph):
        if needed not in given and "CAPABILITY_NAMED_IAM" not in given:
            raise _insufficient(needed)


def _transforms(declared: Any) -> list[str]:
    named = declared if isinstance(declared, list) else [declared] if declared else []
    return [str(each.get("Name")) if isinstance(each, dict) else str(each) for each in named]


def needed_capabilities(graph: Graph) -> list[str]:
    """What leave a template needs, as ValidateTemplate tells."""
    found = list(graph.of_type(*IAM))
    if any(NAMED.get(resource.type) in resource.properties for resource in found):
        return ["CAPABILITY_NAMED_IAM"]
    return ["CAPABILITY_IAM"] if found else []


def _insufficient(needed: str) -> Refused:
    return Refused("InsufficientCapabilitiesException", f"Requires capabilities : [{needed}]")
