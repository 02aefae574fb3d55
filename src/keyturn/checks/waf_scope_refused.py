"""
A web ACL, or what it is put in front of, is of the wrong scope.

A web ACL is for CloudFront or for one region. One for CloudFront is made in us-east-1 only, and named by the distribution; one for a region
is associated with a load balancer, an API or a user pool there. Log destinations have names that begin with `aws-waf-logs-`.

Fix: take the scope that goes with what is to be protected, in a stack of its own in us-east-1 for CloudFront.

Why it matters: the web ACL, or what it is put in front of, is not created, and the stack is rolled back.

Scope: web ACLs, IP sets, rule groups and pattern sets, associations, distributions, and logging of web ACLs

Noticed: at deployment, when it is created

Recovery: change the scope or the region and deploy again

Source: https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
  https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html
  https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

ACL, ASSOCIATION, LOGGING = "AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::LoggingConfiguration"
DISTRIBUTION = "AWS::CloudFront::Distribution"
SCOPED = (ACL, "AWS::WAFv2::IPSet", "AWS::WAFv2::RuleGroup", "AWS::WAFv2::RegexPatternSet")
GLOBAL, REGIONAL = "CLOUDFRONT", "REGIONAL"
HOME = {"aws": "us-east-1"}
"""The region in which what is for CloudFront is made, by partition."""


def _error(what: str, field: str) -> AwsError:
    return AwsError("WAFInvalidParameterException", f"Error reason: {what}, field: {field}")


@check(*SCOPED, ASSOCIATION, LOGGING, DISTRIBUTION, verdict=Verdict.REFUSED)
def waf_scope_refused(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type in SCOPED:
        yield from _scope(resource)
    elif resource.type == ASSOCIATION:
        acl = graph.follow(resource, "WebACLArn", types=(ACL,))
        if acl and acl.get("Scope") == GLOBAL:
            yield Finding(
                at=resource.at("WebACLArn"),
                message=f"{acl} is for CloudFront, and cannot be associated with a resource of a region",
                related=(Note(acl.at("Scope"), "its scope"),),
                error=_error("The ARN isn't valid.", "RESOURCE_ARN"),
                hint=f"make it {REGIONAL}, or name it in the distribution (WebACLId)",
            )
    elif resource.type == DISTRIBUTION:
        path = ("DistributionConfig", "WebACLId")
        acl = graph.follow(resource, *path, types=(ACL,))
        if acl and acl.get("Scope") == REGIONAL:
            yield Finding(
                at=resource.at(*path),
                message=f"{acl} is for a region, and a distribution takes one for CloudFront",
                related=(Note(acl.at("Scope"), "its scope"),),
                error=AwsError("InvalidWebACLId", "The web ACL is not associated with CloudFront."),
                hint=f"make its scope {GLOBAL}, in {HOME['aws']}",
            )
    else:
        yield from _destinations(resource)


def _scope(resource: Resource) -> Iterator[Finding]:
    scope, home = resource.get("Scope"), HOME.get(resource.partition)
    at = resource.at("Scope")
    if isinstance(scope, str) and scope not in (GLOBAL, REGIONAL):
        meant = scope.upper() if scope.upper() in (GLOBAL, REGIONAL) else ""
        yield Finding(
            at=at,
            message=f"`{scope}` is no scope: it is {REGIONAL} or {GLOBAL}",
            error=_error("The scope is not valid.", "SCOPE_VALUE"),
            fix=Fix(f"make it {meant}", at, replace=meant) if meant else None,
            hint="" if meant else f"take {REGIONAL}, or {GLOBAL} for distributions",
        )
    elif scope == GLOBAL and home and resource.region != home:
        yield Finding(
            at=at,
            message=f"what is for CloudFront is made in {home}, and this is {resource.region}",
            error=_error("The scope is not valid.", "SCOPE_VALUE"),
            hint=f"deploy it in a stack of its own in {home}; if this one will be there, say --region {home}",
        )


def _destinations(logging: Resource) -> Iterator[Finding]:
    listed = logging.get("LogDestinationConfigs")
    for index, arn in enumerate(listed if isinstance(listed, tuple) else ()):
        resource = str(arn).removesuffix(":*").rpartition(":")[2]
        name = resource.partition("/")[0] if ":s3:::" in str(arn) else resource.rpartition("/")[2]
        if isinstance(arn, str) and arn.startswith("arn:") and not name.startswith("aws-waf-logs-"):
            yield Finding(
                at=logging.at("LogDestinationConfigs", index),
                message=f"`{name}` cannot take the logs of a web ACL: its name does not begin with aws-waf-logs-",
                error=_error("The ARN isn't valid.", "LOG_DESTINATION"),
                hint=f"call it aws-waf-logs-{name}",
            )
