"""`keyturn can PRINCIPAL ACTION RESOURCE --in PATH`: asks the evaluator a question about a planned world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from keyturn.checks.evidence.requests import Role, key_policy
from keyturn.cli.world import add_world, options, pairs
from keyturn.graph import Graph, Resource, Unknown, Value
from keyturn.policy import BadRequest, Decision, Malformed, Request, evaluate, kms
from keyturn.problem import Misuse
from keyturn.read import read

POLICY_OF = {
    "AWS::SecretsManager::Secret": ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
}
"""Where the policy of a resource is declared: the type that holds it, the property that names the resource, the one with the document."""
LOG_GROUP_CONTEXT = "kms:EncryptionContext:aws:logs:arn"


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "can",
        help="ask whether a principal may do something in a planned world",
        description="Ask whether a principal may do something in a planned world: "
        "`keyturn can logs.us-east-1.amazonaws.com kms:Encrypt LogsKey --in template.yaml --for LogGroup`.",
    )
    parser.add_argument(
        "principal", metavar="PRINCIPAL", help="a service, an ARN, or the name of a role in the template"
    )
    parser.add_argument("action", metavar="ACTION", help="e.g. kms:Decrypt")
    parser.add_argument("resource", metavar="RESOURCE", help="its name in the template, its own name, or its ARN")
    parser.add_argument("--in", dest="path", required=True, metavar="PATH", help="a template or a program")
    parser.add_argument(
        "--for", dest="log_group", metavar="NAME", help="a log group whose ARN is the encryption context"
    )
    parser.add_argument(
        "--context", action="append", default=[], metavar="K=V", help="a condition key's value; may be repeated"
    )
    parser.add_argument("--run", dest="run_programs", action="store_true", help="run a Pulumi program")
    add_world(parser)


def run(arguments: argparse.Namespace) -> int:
    (graph,) = read(arguments.path, options(arguments))
    context = pairs("--context", arguments.context)
    if arguments.log_group:
        context[LOG_GROUP_CONTEXT] = str(named(arguments.log_group, graph).arn).removesuffix(":*")
    try:
        decision = decide(arguments.principal, arguments.action, named(arguments.resource, graph), graph, context)
    except BadRequest as error:
        raise Misuse(str(error)) from None
    except Malformed as error:
        raise Misuse(f"{arguments.path}: {error}") from None
    sys.stdout.writelines(f"{line}\n" for line in told(decision))
    return 0 if decision.allowed else 1


def decide(principal: str, action: str, resource: Resource, graph: Graph, context: Mapping[str, str]) -> Decision:
    """
    Decide a request to a resource of the planned world, by its own policy and, for a role declared there, by the role's.

    Raises:
        BadRequest: The principal or the action is not of the documented form.
        Malformed: A policy is not one that AWS would accept.
    """
    policy = policy_of(resource, graph)
    role = next(
        (
            each
            for each in graph.of_type("AWS::IAM::Role")
            if principal in (each.name, each.identity, each.arn, str(each))
        ),
        None,
    )
    if role:
        return Role.of(role, graph).may(action, str(resource.arn), policy, context)
    request = Request(principal, action, str(resource.arn), resource_account=resource.account, context=dict(context))
    if action.startswith("kms:"):
        return kms.evaluate(request, key_policy=policy)
    return evaluate(request, resource_policy=policy)


def policy_of(resource: Resource, graph: Graph) -> object:
    """The policy that a resource itself has; None if it has none."""
    if resource.type == "AWS::KMS::Key":
        return key_policy(resource)
    if resource.type not in POLICY_OF:
        return None
    holder, names, document = POLICY_OF[resource.type]
    for each in graph.of_type(holder):
        given: Value = each.get(names)
        for name in given if isinstance(given, tuple) else (given,):
            if graph.find(name, resource.type) is resource:
                return each.get(document)
            if isinstance(name, Unknown):
                return name
    return None


def named(name: str, graph: Graph) -> Resource:
    """
    The resource that the user calls by this name.

    Raises:
        Misuse: There is none.
    """
    for resource in graph:
        if name in (resource.name, resource.label, resource.identity, resource.arn):
            return resource
    near = get_close_matches(name, graph.resources, 1)
    raise Misuse(f"{graph.file} declares no resource `{name}`", hint=f"did you mean `{near[0]}`?" if near else "")


def told(decision: Decision) -> Iterator[str]:
    """The decision, what decided it, and how the rest did not apply."""
    yield decision.decision.replace("_", " ")
    yield f"  {decision.because}"
    if not decision.allowed:
        yield from (f"  {miss}" for miss in decision.unmatched)
