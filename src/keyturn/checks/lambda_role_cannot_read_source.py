"""
A function's role may not read what an event source mapping is to read for it.

Lambda polls a queue or a stream with the rights of the function's role. It looks when the mapping is created, and refuses a
role that may not.

Fix: allow the role the calls, on that queue or stream only.

Why it matters: the mapping is not created, and the stack is rolled back.

Scope: mappings of SQS queues and DynamoDB streams to functions whose role is declared beside them

Noticed: at deployment, when the mapping is created

Recovery: allow the calls and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.order import comes_after
from keyturn.checks.evidence.requests import Role
from keyturn.checks.evidence.roles import role_of
from keyturn.facts import functions
from keyturn.graph import Graph, Resource, Unknown
from keyturn.policy import Malformed


@check("AWS::Lambda::EventSourceMapping", verdict=Verdict.REFUSED)
def lambda_role_cannot_read_source(mapping: Resource, graph: Graph) -> Iterator[Outcome]:
    source = mapping.get("EventSourceArn")
    function = function_named(mapping.get("FunctionName"), graph)
    declared = role_of(function, graph) if function else None
    if isinstance(source, Unknown) or not function or not declared:
        because = source.because if isinstance(source, Unknown) else "the function's role is not declared here"
        yield Undecided(mapping.at("EventSourceArn"), because)
        return
    reading = functions.reading(str(source))
    if reading is None:
        return
    role = Role.of(declared, graph)
    queue = graph.find(source, "AWS::SQS::Queue")
    policy = next(
        (each for each in graph.everywhere("AWS::SQS::QueuePolicy") if queue and _is_for(each, queue, graph)), None
    )
    try:
        decisions = {
            call: role.may(call, str(source), policy.get("PolicyDocument") if policy else None, {})
            for call in reading.calls
        }
    except Malformed as error:
        yield Undecided(declared.at(), f"a policy is malformed: {error}")
        return
    denied = [call for call, decision in decisions.items() if decision.decision.endswith("denied")]
    if denied:
        names = ", ".join(denied)
        listed = role.own_statements
        holder = graph.find(source) or graph.find(str(source).partition("/stream/")[0])
        simple = listed and not (holder and comes_after(holder, declared, graph))
        yield Finding(
            at=mapping.at("EventSourceArn"),
            message=f"{declared}, as which {function} runs, may not call {names} on {holder or source}",
            related=(Note(declared.at(), "the role"),),
            error=functions.cannot_read(denied[0], reading.service),
            fix=Fix(f"allow {names}", listed, append={"Effect": "Allow", "Action": tuple(denied), "Resource": source})
            if listed and simple
            else None,
            hint="" if simple else f"allow {names}",
        )
    elif open_ := next((each for each in decisions.values() if not each.allowed), None):
        yield Undecided(declared.at(), open_.because)


def _is_for(policy: Resource, queue: Resource, graph: Graph) -> bool:
    named = policy.get("Queues")
    return any(graph.find(each, queue.type) is queue for each in (named if isinstance(named, tuple) else ()))
