"""
A service of ECS contradicts itself, or its task definition.

A service has a launch type or a capacity provider strategy, not both. Tasks on Fargate have a network interface of their own (`awsvpc`),
and a size out of a table of sizes; a task with a network interface needs subnets from its service.

Fix: leave one of the two out, and take a size that Fargate has.

Why it matters: the task definition or the service is not created, and the stack is rolled back.

Scope: services, and task definitions for Fargate

Noticed: at deployment, when the task definition or the service is created

Recovery: change the properties and deploy again

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.facts import fargate
from keyturn.graph import Graph, Resource

SERVICE, TASK = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"


@check(SERVICE, TASK, verdict=Verdict.REFUSED)
def ecs_service_refused(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    yield from _service(resource, graph) if resource.type == SERVICE else _task(resource)


def _service(service: Resource, graph: Graph) -> Iterator[Finding]:
    if isinstance(service.get("LaunchType"), str) and isinstance(service.get("CapacityProviderStrategy"), tuple):
        yield Finding(
            at=service.at("LaunchType"),
            message=f"{service} has a launch type and a capacity provider strategy",
            error=fargate.BOTH,
            hint="leave LaunchType out",
        )
    task = graph.follow(service, "TaskDefinition", types=(TASK,))
    if task and task.get("NetworkMode") == "awsvpc" and service.get("NetworkConfiguration") is None:
        yield Finding(
            at=service.at(),
            message=f"tasks of {task} have network interfaces of their own, and {service} says in which subnets of none",
            related=(Note(task.at("NetworkMode"), "the network mode"),),
            error=fargate.NO_NETWORK,
            hint="give the service NetworkConfiguration with AwsvpcConfiguration",
        )


def _task(task: Resource) -> Iterator[Finding]:
    kinds = task.get("RequiresCompatibilities")
    if not isinstance(kinds, tuple) or "FARGATE" not in kinds:
        return
    mode = task.get("NetworkMode")
    if mode is None or (isinstance(mode, str) and mode != "awsvpc"):
        yield Finding(
            at=task.at("NetworkMode"),
            message=f"tasks on Fargate have network interfaces of their own, and {task} "
            + ("says nothing of it" if mode is None else f"has `{mode}`"),
            error=fargate.NOT_AWSVPC,
            fix=Fix("take awsvpc", task.at("NetworkMode"), replace="awsvpc"),
        )
    cpu, memory = fargate.units(task.get("Cpu")), fargate.mebibytes(task.get("Memory"))
    sizes = fargate.memory_for(cpu) if cpu is not None else None
    if cpu is not None and memory is not None and cpu <= fargate.MOST and (sizes is None or memory not in sizes):
        choice = f"with {cpu} it has {sizes[0]} to {sizes[-1]} MiB" if sizes else f"it has CPU of {fargate.CPUS}"
        yield Finding(
            at=task.at("Memory" if sizes else "Cpu"),
            message=f"Fargate has no tasks with CPU {cpu} and {memory} MiB: {choice}",
            error=fargate.NO_SIZE,
            hint="take a size of the table",
        )
