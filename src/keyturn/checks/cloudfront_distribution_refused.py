"""
A distribution's configuration contradicts itself.

Names of one's own need a certificate, and CloudFront takes certificates of us-east-1 only. An error page goes with the status that it is
answered with. A behaviour has a cache policy or the older settings, not both, and leads to an origin that the distribution has.

Fix: change what contradicts.

Why it matters: a distribution takes minutes to be refused, and then everything is rolled back.

Scope: every distribution, as far as its properties are known

Noticed: at deployment, when the distribution is created

Recovery: change the configuration and deploy again

Source: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
  https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.presence import given
from keyturn.checks.evidence.publishers import items
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Path, Resource, Unknown

CONFIG = "DistributionConfig"
WITH_POLICY = ("ForwardedValues", "MinTTL", "MaxTTL", "DefaultTTL")
"""Settings that a cache policy has instead."""
TOGETHER = AwsError(
    "InvalidArgument", "Your request must specify both ResponsePagePath and ResponseCode together or none of them"
)
NO_CERTIFICATE = AwsError(
    "InvalidViewerCertificate",
    "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your "
    "authorization to use the domain name.",
)
ELSEWHERE = AwsError(
    "InvalidViewerCertificate",
    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
)
NO_ORIGIN = AwsError("NoSuchOrigin", "One or more of your origins or origin groups do not exist.")


@check("AWS::CloudFront::Distribution", verdict=Verdict.REFUSED)
def cloudfront_distribution_refused(distribution: Resource, graph: Graph) -> Iterator[Outcome]:
    yield from _certificate(distribution, graph)
    for index, _ in items(distribution, CONFIG, "CustomErrorResponses"):
        path: Path = (CONFIG, "CustomErrorResponses", index)
        if (distribution.get(*path, "ResponsePagePath") is None) != (distribution.get(*path, "ResponseCode") is None):
            yield Finding(
                at=distribution.at(*path),
                message="an error page has a path or a status to answer with, and not both",
                error=TOGETHER,
                hint="give ResponsePagePath and ResponseCode, or neither",
            )
    origins = _ids(distribution)
    behaviors = [(CONFIG, "CacheBehaviors", index) for index, _ in items(distribution, CONFIG, "CacheBehaviors")]
    for path in [(CONFIG, "DefaultCacheBehavior"), *behaviors]:
        yield from _behavior(distribution, path, origins)


def _behavior(distribution: Resource, path: Path, origins: set[str] | None) -> Iterator[Finding]:
    both = [name for name in WITH_POLICY if given(distribution, *path, name)]
    if given(distribution, *path, "CachePolicyId") and both:
        yield Finding(
            at=distribution.at(*path, both[0]),
            message=f"a behaviour has a cache policy, and {' and '.join(both)} besides",
            error=AwsError(
                "InvalidArgument", f"The parameter {both[0]} cannot be used when a cache policy is associated"
            ),
            hint="leave it out: the cache policy has it",
        )
    target = distribution.get(*path, "TargetOriginId")
    if isinstance(target, str) and origins is not None and target not in origins:
        yield Finding(
            at=distribution.at(*path, "TargetOriginId"),
            message=f"a behaviour leads to `{target}`, which is none of the distribution's origins",
            error=NO_ORIGIN,
            hint=f"take one of {', '.join(sorted(origins)[:3])}" if origins else "declare it among Origins",
        )


def _ids(distribution: Resource) -> set[str] | None:
    """The ids of origins and groups of them; None where they are not all known."""
    found: set[str] = set()
    for path in ((CONFIG, "Origins"), (CONFIG, "OriginGroups", "Items")):
        if isinstance(distribution.get(*path), Unknown):
            return None
        for index, _ in items(distribution, *path):
            id_ = distribution.get(*path, index, "Id")
            if not isinstance(id_, str):
                return None
            found.add(str(id_))
    older = distribution.get(CONFIG, "S3Origin") or distribution.get(CONFIG, "CustomOrigin")
    return None if older is not None else found


def _certificate(distribution: Resource, graph: Graph) -> Iterator[Finding]:
    certificate = distribution.get(CONFIG, "ViewerCertificate")
    aliases = distribution.get(CONFIG, "Aliases")
    default = distribution.get(CONFIG, "ViewerCertificate", "CloudFrontDefaultCertificate")
    if isinstance(aliases, tuple) and aliases and (certificate is None or default is True):
        yield Finding(
            at=distribution.at(CONFIG, "Aliases"),
            message=f"{distribution} has names of its own, and no certificate for them",
            error=NO_CERTIFICATE,
            hint="give it ViewerCertificate with a certificate of us-east-1 that is for these names",
        )
    path = (CONFIG, "ViewerCertificate", "AcmCertificateArn")
    arn = distribution.get(*path)
    region = arn.split(":")[3] if isinstance(arn, str) and arn.count(":") >= 5 else ""
    declared = graph.follow(distribution, *path, types=("AWS::CertificateManager::Certificate",))
    region = declared.region if declared else region
    if region and region != "us-east-1" and distribution.partition == "aws":
        yield Finding(
            at=distribution.at(*path),
            message=f"the certificate is of {region}, and CloudFront takes those of us-east-1 only",
            error=ELSEWHERE,
            hint="make the certificate in us-east-1",
        )
