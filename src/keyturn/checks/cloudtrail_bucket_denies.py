"""
A trail is to write into a bucket whose policy does not let CloudTrail in.

CloudTrail writes as itself, `cloudtrail.amazonaws.com`. It reads the bucket's access control list and puts objects below
`AWSLogs/<account>/`, and tries both when the trail is created. A bucket without a policy lets no service in.

Fix: allow `cloudtrail.amazonaws.com` `s3:GetBucketAcl` on the bucket and `s3:PutObject` below `AWSLogs/<account>/`, and let the
trail depend on the bucket's policy.

Why it matters: there is no trail, and the stack is rolled back.

Scope: trails whose bucket is declared beside them

Noticed: at deployment, when the trail is created

Recovery: change the bucket's policy and deploy again

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.bucket_policies import arn, below, policies_of, unsure
from keyturn.checks.evidence.order import may_overtake
from keyturn.checks.evidence.roles import condition_keys
from keyturn.facts import cloudtrail
from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value
from keyturn.policy import Decision, Malformed, Request, evaluate


@check("AWS::CloudTrail::Trail", verdict=Verdict.REFUSED)
def cloudtrail_bucket_denies(trail: Resource, graph: Graph) -> Iterator[Outcome]:
    bucket = graph.follow(trail, "S3BucketName", types=("AWS::S3::Bucket",))
    prefix = trail.get("S3KeyPrefix")
    if bucket is None or isinstance(prefix, Unknown):
        yield Undecided(trail.at("S3BucketName"), "the bucket, and so its policy, is not declared here")
        return
    folder = f"{f'/{prefix}' if prefix else ''}/AWSLogs/{trail.account}/"
    policy = next(policies_of(bucket, graph), None)
    if policy is None and (because := unsure(bucket, graph)):
        yield Undecided(trail.at("S3BucketName"), because.because)
        return
    document: Value = policy.get("PolicyDocument") if policy else {"Version": "2012-10-17", "Statement": ()}
    try:
        decisions = [
            _decide(trail, action, resource, document)
            for action, resource in (
                ("s3:GetBucketAcl", below(bucket, "")),
                ("s3:PutObject", below(bucket, f"{folder}log.gz")),
            )
        ]
    except Malformed:
        return  # Told by iam-policy-malformed.
    denied = [decision for decision in decisions if decision.decision.endswith("denied")]
    if denied:
        yield _finding(trail, bucket, policy, denied, folder)
    elif open_ := next((each for each in decisions if not each.allowed), None):
        yield Undecided(policy.at("PolicyDocument") if policy else trail.at(), open_.because)
    elif policy and may_overtake(trail, policy, graph):
        yield Finding(
            at=trail.at(),
            message=f"{trail} does not wait for {policy}, without which it is refused",
            related=(Note(policy.at(), "lets CloudTrail write"),),
            hint=f"let {trail} depend on {policy}",
            verdict=Verdict.WEAK,
        )


def _decide(trail: Resource, action: str, resource: str | Unknown, document: Value) -> Decision:
    source = trail.arn if isinstance(trail.arn, str | Unknown) else Unknown("the trail's ARN is not known")
    known: dict[str, str | Unknown] = {
        "aws:sourcearn": source,
        "s3:x-amz-acl": "bucket-owner-full-control",
        "aws:securetransport": "true",
    }
    for key in condition_keys(document) - known.keys():
        known[key] = Unknown(f"whether CloudTrail sends {key} is not documented")
    request = Request(cloudtrail.PRINCIPAL, action, resource, resource_account=trail.account, context=known)
    return evaluate(request, resource_policy=document)


def _finding(
    trail: Resource, bucket: Resource, policy: Resource | None, denied: list[Decision], folder: str
) -> Finding:
    calls = " and ".join(decision.request.action for decision in denied)
    explicitly = any(decision.decision == "explicitly_denied" for decision in denied)
    fix = None
    if policy and not explicitly and isinstance(policy.get("PolicyDocument", "Statement"), tuple):
        head = folder.removesuffix(f"{trail.account}/")
        statement: dict[str, Value] = {
            "Effect": "Allow",
            "Principal": {"Service": cloudtrail.PRINCIPAL},
            "Action": ("s3:GetBucketAcl", "s3:PutObject"),
            "Resource": (arn(bucket), arn(bucket, head, Ref("AWS::AccountId"), "/*", text=f"{folder}*")),
            "Condition": {"ArnLike": {"aws:SourceArn": _trails(trail)}},
        }
        fix = Fix(f"allow {cloudtrail.PRINCIPAL} to write", policy.at("PolicyDocument", "Statement"), append=statement)
    return Finding(
        at=policy.at("PolicyDocument") if policy else trail.at("S3BucketName"),
        message=f"{cloudtrail.PRINCIPAL} may not call {calls} on {bucket}"
        + ("" if policy else ", which has no policy"),
        related=(Note(trail.at("S3BucketName"), f"used here, by {trail}"),),
        error=cloudtrail.bucket_refused(str(bucket.identity)),
        fix=fix,
        hint=""
        if fix
        else "a statement denies it: change that one"
        if explicitly
        else f"give {bucket} a policy that allows {cloudtrail.PRINCIPAL} s3:GetBucketAcl and s3:PutObject",
    )


def _trails(trail: Resource) -> Text:
    return Text(
        f"arn:{trail.partition}:cloudtrail:*:{trail.account}:trail/*",
        ("arn:", Ref("AWS::Partition"), ":cloudtrail:*:", Ref("AWS::AccountId"), ":trail/*"),
    )
