"""
A bucket is given an access control list, which buckets no longer have.

Since April 2023 new buckets have no access control lists: their Object Ownership is `BucketOwnerEnforced` unless it is set to
something else, and S3 refuses a list, `LogDeliveryWrite` for instance, for a bucket of that kind. A list that is set afterwards, as
Terraform does by a resource of its own, is refused whatever it says: `private` too. And a list that lets everybody in, `PublicRead` for
instance, is blocked besides, unless the bucket's PublicAccessBlockConfiguration says that it is not.

Fix: leave the list out and grant by the bucket's policy; where a service still needs it, as CloudFront's older access logs do, set
`ObjectOwnership` to `BucketOwnerPreferred`.

Why it matters: the bucket is not created, and the stack is rolled back.

Scope: every bucket with AccessControl

Noticed: at deployment, when the bucket is created

Recovery: change one of the two and deploy again

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Unknown, Value

PUBLIC = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")
WITH_LISTS = ("BucketOwnerPreferred", "ObjectWriter")
HARMLESS = ("Private", "BucketOwnerFullControl")
"""Lists that say what holds without them; S3 accepts these when the bucket is created."""
ERROR = AwsError(
    "InvalidBucketAclWithObjectOwnership",
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
)
AFTERWARDS = AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")
"""The answer of PutBucketAcl, which takes no list at all then; as in terraform-aws-modules/terraform-aws-s3-bucket#242."""

BLOCKED = AwsError(
    "InvalidBucketAclWithBlockPublicAccessError", "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
)
BLOCKED_AFTERWARDS = AwsError("AccessDenied", "Access Denied", 403)
BLOCK = "PublicAccessBlockConfiguration"


@check("AWS::S3::Bucket", verdict=Verdict.REFUSED)
def s3_acl_disabled(bucket: Resource, graph: Graph) -> Iterator[Outcome]:
    wanted = bucket.get("AccessControl")
    later = "AccessControl" in bucket.afterwards
    if not isinstance(wanted, str) or (wanted in HARMLESS and not later):
        return
    rules = bucket.get("OwnershipControls", "Rules")
    ownership = bucket.get("OwnershipControls", "Rules", 0, "ObjectOwnership")
    if isinstance(ownership, Unknown) or isinstance(rules, Unknown):
        yield Undecided(bucket.at("OwnershipControls"), "the bucket's Object Ownership is not known")
    elif ownership not in WITH_LISTS:
        rule: Value = {"ObjectOwnership": "BucketOwnerPreferred"}
        preferred = "set ObjectOwnership to BucketOwnerPreferred"
        harmless = "leave the list out: it says what holds without it"
        fix = Fix(preferred, bucket.at("OwnershipControls"), replace={"Rules": (rule,)})
        yield Finding(
            at=bucket.at("AccessControl"),
            message=f"{bucket} is given the list {wanted}, and buckets have no access control lists unless Object Ownership says so",
            error=AFTERWARDS if later else ERROR,
            fix=None if later else fix,
            hint="" if not later else harmless if wanted in HARMLESS else f"{preferred} before, or leave the list out",
        )
    if wanted in PUBLIC:
        yield from _blocked(bucket, wanted, later=later)


def _blocked(bucket: Resource, wanted: str, *, later: bool) -> Iterator[Outcome]:
    """A list that lets everybody in, where the bucket blocks such lists, as it does unless it is told otherwise."""
    blocks = bucket.get(BLOCK, "BlockPublicAcls") if bucket.get(BLOCK) is not None else True
    if isinstance(blocks, Unknown):
        yield Undecided(bucket.at(BLOCK), blocks.because)
    elif blocks in (True, "true"):
        yield Finding(
            at=bucket.at("AccessControl"),
            message=f"{bucket} is given the list {wanted}, and buckets block lists that let everybody in unless they are told otherwise",
            error=BLOCKED_AFTERWARDS if later else BLOCKED,
            fix=None
            if later
            else Fix(
                "let the list in", bucket.at(BLOCK), replace={"BlockPublicAcls": False}, risk="everybody is let in"
            ),
            hint="let the public access block of the bucket say block_public_acls = false, or leave the list out"
            if later
            else "",
        )
