"""
An application load balancer is to write access logs into a bucket whose policy does not let it.

Elastic Load Balancing writes as the service `logdelivery.elasticloadbalancing.amazonaws.com`, in older regions also as an account of its
own, and puts a test file below `AWSLogs/<account>/` when logging is turned on. A bucket without a policy lets neither in.

Fix: allow the service `s3:PutObject` below `AWSLogs/<account>/`, and let the load balancer depend on the bucket's policy.

Why it matters: the load balancer is not created, nor what is behind it, and the stack is rolled back.

Scope: application load balancers with access logs whose bucket is declared beside them

Noticed: at deployment, when the load balancer is created

Recovery: change the bucket's policy and deploy again

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.bucket_policies import arn, below, policies_of, unsure
from keyturn.checks.evidence.buckets import bucket_named
from keyturn.checks.evidence.load_balancers import access_logs, attribute
from keyturn.checks.evidence.order import may_overtake
from keyturn.checks.evidence.roles import condition_keys
from keyturn.facts import load_balancing
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Ref, Resource, Unknown, Value
from keyturn.policy import Decision, Malformed, Request, evaluate

WHATEVER: Mapping[str, Value] = {
    "Version": "2012-10-17",
    "Statement": ({"Effect": "Allow", "Action": "*", "Resource": "*"},),
}
"""What the account of Elastic Load Balancing lets itself do."""


@check("AWS::ElasticLoadBalancingV2::LoadBalancer", verdict=Verdict.REFUSED)
def load_balancer_log_bucket_denies(balancer: Resource, graph: Graph) -> Iterator[Outcome]:
    path = access_logs(balancer)
    bucket = bucket_named(balancer.get(*path), graph) if path else None
    prefix = (
        balancer.get(*attribute(balancer, "access_logs.s3.prefix"))
        if attribute(balancer, "access_logs.s3.prefix")
        else ""
    )
    application = balancer.get("Type") in (None, "application")
    if bucket is None or not application or not isinstance(prefix, str):
        return
    folder = f"{f'/{prefix}' if prefix else ''}/AWSLogs/"
    policy = next(policies_of(bucket, graph), None)
    if policy is None and (because := unsure(bucket, graph)):
        yield Undecided(balancer.at(*path), because.because)
        return
    document: Value = policy.get("PolicyDocument") if policy else {"Version": "2012-10-17", "Statement": ()}
    try:
        decisions = list(
            _decisions(balancer, below(bucket, f"{folder}{balancer.account}/ELBAccessLogTestFile"), document)
        )
    except Malformed:
        return  # Told by iam-policy-malformed.
    if any(decision.allowed for decision in decisions):
        if policy and may_overtake(balancer, policy, graph):
            yield Finding(
                at=balancer.at(*path),
                message=f"{balancer} does not wait for {policy}, without which it is refused",
                related=(Note(policy.at(), "lets it write"),),
                hint=f"let {balancer} depend on {policy}",
                verdict=Verdict.WEAK,
            )
        return
    if open_ := next((each for each in decisions if each.decision == "undecided"), None):
        yield Undecided(policy.at("PolicyDocument") if policy else balancer.at(*path), open_.because)
        return
    mendable = (
        policy
        and decisions[0].decision == "implicitly_denied"
        and isinstance(policy.get("PolicyDocument", "Statement"), tuple)
    )
    statement: Value = {
        "Effect": "Allow",
        "Principal": {"Service": load_balancing.PRINCIPAL},
        "Action": "s3:PutObject",
        "Resource": arn(bucket, folder, Ref("AWS::AccountId"), "/*", text=f"{folder}{balancer.account}/*"),
    }
    yield Finding(
        at=policy.at("PolicyDocument") if policy else balancer.at(*path),
        message=f"{balancer} may not write its access logs into {bucket}" + ("" if policy else ", which has no policy"),
        related=(Note(balancer.at(*path), f"written here, by {balancer}"),) if policy else (),
        error=AwsError(
            "InvalidConfigurationRequest",
            f"Access Denied for bucket: {bucket.identity}. Please check S3bucket permission",
        ),
        fix=Fix(
            f"allow {load_balancing.PRINCIPAL} to write", policy.at("PolicyDocument", "Statement"), append=statement
        )
        if policy and mendable
        else None,
        hint=""
        if mendable
        else f"give {bucket} a policy that allows {load_balancing.PRINCIPAL} s3:PutObject below {folder[1:]}",
    )


def _decisions(balancer: Resource, test_file: str | Unknown, document: Value) -> Iterator[Decision]:
    """For each name under which logs may be written."""
    known: dict[str, str | Unknown] = {"aws:securetransport": "true", "s3:x-amz-acl": "bucket-owner-full-control"}
    for key in condition_keys(document) - known.keys():
        known[key] = Unknown(f"whether Elastic Load Balancing sends {key} is not documented")
    request = Request(
        load_balancing.PRINCIPAL, "s3:PutObject", test_file, resource_account=balancer.account, context=known
    )
    yield evaluate(request, resource_policy=document)
    if account := load_balancing.ACCOUNTS.get(balancer.region):
        root = f"arn:{balancer.partition}:iam::{account}:root"
        own = Request(root, "s3:PutObject", test_file, resource_account=balancer.account, context=known)
        yield evaluate(own, identity_policies=[WHATEVER], resource_policy=document)
