"""
A bucket's policy lets everybody in, and the bucket blocks such policies.

Since April 2023 new buckets block what is public unless they are told otherwise. S3 takes a policy for public when one of its statements
allows something to everybody without being limited to fixed values of such keys as `aws:SourceVpc`, `aws:SourceArn`, `aws:SourceAccount`,
`aws:PrincipalOrgID` or `aws:SourceIp`; that it asks for TLS or for a referrer limits it to nobody.

Fix: serve the bucket by CloudFront with an origin access control, and name `cloudfront.amazonaws.com` in the policy; or limit the
statement. Where it is to be public, let the bucket's PublicAccessBlockConfiguration say `BlockPublicPolicy: false` and
`RestrictPublicBuckets: false`.

Why it matters: the policy is refused, and the stack is rolled back. It is what older templates of web sites fail with.

Scope: policies of buckets that are declared beside them. The settings of the account and of its organization are not known; they can only
block more

Noticed: at deployment, when the policy is put

Recovery: change one of the two and deploy again

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.buckets import BUCKET
from keyturn.checks.evidence.documents import parsed
from keyturn.facts import policies
from keyturn.graph import Graph, Resource, Site, Unknown, Value
from keyturn.policy import Faults, Sort
from keyturn.policy.public import public
from keyturn.policy.statement import Statement

BLOCK = "PublicAccessBlockConfiguration"
OPEN: Mapping[str, Value] = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}
"""What a bucket says whose policy may be public, and nothing else: what is left out here is off, too."""

NOT_HERE = Unknown("the bucket, and so whether it blocks public policies, is not declared here")

WHO = Unknown("who deploys is not known")

LIFT = "let its public access block say block_public_policy = false and restrict_public_buckets = false, and the policy depend on it"


@check("AWS::S3::BucketPolicy", verdict=Verdict.REFUSED)
def s3_public_policy_blocked(policy: Resource, graph: Graph) -> Iterator[Outcome]:
    bucket = graph.follow(policy, "Bucket", types=(BUCKET,))
    document = parsed(policy, ("PolicyDocument",), Sort.RESOURCE)
    blocks = NOT_HERE if bucket is None else _blocks(bucket, graph)
    if isinstance(document, Faults) or blocks is False:
        return
    now = graph.before(policy)
    if now is not None and now.properties == policy.properties:
        return  # It is not put again.
    found = public(document)
    if found is None:
        return
    if (doubt := next((each for each in (found, blocks) if isinstance(each, Unknown)), None)) is not None:
        yield Undecided(policy.at("PolicyDocument"), doubt.because)
        return
    assert isinstance(found, Statement)
    assert bucket
    yield Finding(
        at=_place(policy, found.number),
        message=f"the policy lets everybody into {bucket}, which blocks public policies",
        related=(
            Note(
                bucket.at(BLOCK), "it does" if bucket.get(BLOCK) else "as every new bucket does that says nothing else"
            ),
        ),
        error=policies.public_policy_blocked(bucket.arn or Unknown("it has no name"), WHO),
        fix=_opened(bucket),
        hint=LIFT if BLOCK in bucket.afterwards else "",
    )


def _blocks(bucket: Resource, graph: Graph) -> bool | Unknown:
    """Whether a bucket blocks public policies."""
    said = bucket.get(BLOCK)
    if unseen := graph.handed_on(bucket):
        return Unknown(unseen)
    if said is None:
        if left_out := graph.left_out("publicaccessblock"):
            return Unknown(f"whether {left_out} is for {bucket} is not known")
        if graph.before(bucket) is not None:
            return Unknown(f"{bucket} is there already, and blocks nothing if it is older than April 2023")
        return True
    blocks = bucket.get(BLOCK, "BlockPublicPolicy")
    return blocks if isinstance(blocks, Unknown) else str(blocks).lower() == "true"


def _opened(bucket: Resource) -> Fix | None:
    if BLOCK in bucket.afterwards:
        return None
    said = bucket.get(BLOCK)
    settings = (
        {**said, "BlockPublicPolicy": False, "RestrictPublicBuckets": False} if isinstance(said, Mapping) else OPEN
    )
    return Fix(
        "let the bucket take public policies (BlockPublicPolicy: false)",
        bucket.at(BLOCK),
        replace=settings,
        risk="everybody is let in",
    )


def _place(policy: Resource, number: int) -> Site:
    several = isinstance(policy.get("PolicyDocument", "Statement"), tuple)
    return policy.at("PolicyDocument", "Statement", *((number,) if several else ()), "Principal")
