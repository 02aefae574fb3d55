"""`keyturn can PRINCIPAL ACTION RESOURCE --in PATH`: asks the evaluator a question about a planned world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from keyturn.checks.evidence import functions
from keyturn.checks.evidence.keys import KEYS
from keyturn.checks.evidence.requests import Role, key_policy
from keyturn.cli.parameters import pairs
from keyturn.cli.simulate import in_words
from keyturn.cli.world import add_world, options
from keyturn.graph import Graph, Resource, Unknown, Value
from keyturn.policy import Decision, Fault, Malformed, Request, evaluate, kms, unknown_actions
from keyturn.policy.principal import Kind
from keyturn.problem import Misuse
from keyturn.read import read
from keyturn.resembling import resembling
from keyturn.settings import nearest

POLICY_OF = {
    "AWS::SecretsManager::Secret": ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
}
"""Where the policy of a resource is declared: the type that holds it, the property that names the resource, the one with the document."""
OWN_POLICY = {
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::EFS::FileSystem": "FileSystemPolicy",
    "AWS::IAM::Role": "AssumeRolePolicyDocument",
}
"""The property in which a resource itself has its policy."""
ALIAS_CHANGES = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
"""What is done to an alias itself; all else that is asked of one is done to its key."""
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
    parser.add_argument(
        "resource",
        metavar="RESOURCE",
        help="its name in the template, its own name, or its ARN; Bucket/key for an object",
    )
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
    graphs = read(arguments.path, options(arguments, nearest(Path(arguments.path), {})))
    graph, resource, arn = asked_for(arguments.resource, graphs)
    context = pairs("--context", arguments.context)
    if arguments.log_group:
        context[LOG_GROUP_CONTEXT] = str(named(arguments.log_group, graphs)[1].arn).removesuffix(":*")
    try:
        decision = decide(arguments.principal, arguments.action, resource, graph, context, arn=arn)
    except Malformed as error:
        raise Misuse(f"{arguments.path}: {error}") from None
    sys.stdout.write(f"{in_words(decision)}\n")
    for misspelt in unknown_actions({"Statement": {"Action": arguments.action}}):
        sys.stdout.write(f"  note: {Fault((), misspelt.message, misspelt.hint)}\n")
    return 0 if decision.allowed else 1


def decide(
    principal: str, action: str, resource: Resource, graph: Graph, context: Mapping[str, str], *, arn: str = ""
) -> Decision:
    """
    Decide a request to a resource of the planned world, by its own policy and, for a role declared there, by the role's.

    Args:
        arn: What of the resource is asked for, e.g. an object of a bucket; else the resource itself.

    Raises:
        BadRequest: The principal or the action is not of the documented form.
        Malformed: A policy is not one that AWS would accept.
    """
    if resource.type == "AWS::KMS::Alias" and action.lower() not in ALIAS_CHANGES:
        key = graph.follow(resource, "TargetKeyId", types=KEYS)
        if key is not None:
            return decide(principal, action, key, graph, context)
        policy: object = Unknown(f"the key of {resource} is not declared here")
    else:
        policy = policy_of(resource, graph)
    arn = arn or str(resource.arn)
    role = next(
        (
            each
            for each in graph.of_type("AWS::IAM::Role")
            if principal in (each.name, each.identity, each.arn, str(each))
        ),
        None,
    )
    if role:
        return Role.of(role, graph).may(action, arn, policy, context)
    request = Request(principal, action, arn, resource_account=resource.account, context=dict(context))
    own = _own_policies(request, principal)
    if action.startswith("kms:"):
        return kms.evaluate(request, key_policy=policy, identity_policies=own)
    return evaluate(request, resource_policy=policy, identity_policies=own)


def _own_policies(request: Request, principal: str) -> tuple[object, ...]:
    """The policies of a principal that is not declared here: they may allow anything, and are taken not to deny."""
    if not request.principal.identity or request.principal.kind is Kind.ROOT:
        return ()
    because = Unknown(f"the policies of {principal} are not declared here")
    return ({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": because, "Resource": "*"}},)


def policy_of(resource: Resource, graph: Graph) -> object:
    """The policy that a resource itself has; None if it has none."""
    if resource.type in KEYS:
        return key_policy(resource)
    if resource.type in functions.FUNCTIONS:
        made = [functions.statement(each, resource) for each in functions.permissions(resource, graph)]
        return {"Version": "2012-10-17", "Statement": made}
    if resource.type in OWN_POLICY:
        return resource.get(OWN_POLICY[resource.type])
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


def asked_for(name: str, graphs: Sequence[Graph]) -> tuple[Graph, Resource, str]:
    """
    What the user asks about, with its ARN: a resource, or what is in a bucket: `Bucket/key`.

    Raises:
        Misuse: There is none.
    """
    bucket, slash, key = name.partition("/")
    for graph in graphs if slash else ():
        if (found := _in(bucket, graph)) and found.type == "AWS::S3::Bucket":
            return graph, found, f"{found.arn}/{key}"
    graph, found = named(name, graphs)
    return graph, found, str(found.arn)


def named(name: str, graphs: Sequence[Graph]) -> tuple[Graph, Resource]:
    """
    The resource that the user calls by this name, and the graph that it is in.

    Raises:
        Misuse: There is none.
    """
    for graph in graphs:
        if resource := _in(name, graph):
            return graph, resource
    near = resembling(name, (each for graph in graphs for each in graph.resources))
    where = ", ".join(str(graph.file) for graph in graphs)
    raise Misuse(f"{where} declares no resource `{name}`", hint=f"did you mean `{near}`?" if near else "")


def _in(name: str, graph: Graph) -> Resource | None:
    return next((each for each in graph if name in (each.name, each.label, each.identity, each.arn)), None)
