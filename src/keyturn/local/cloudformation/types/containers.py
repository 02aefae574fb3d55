"""AWS::ECR and AWS::ECS."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, camel, document, pick


def _tags(place: Place, properties: Properties) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in place.tagged(properties)]


def _create_repository(place: Place, properties: Properties) -> Result:
    ecr = place.client("ecr")
    name = place.name(properties.get("RepositoryName"), 256, lower=True)
    settings: dict[str, Any] = pick(properties, "ImageTagMutability")
    if scanning := properties.get("ImageScanningConfiguration"):
        settings["ImageScanningConfiguration"] = scanning
    if encryption := properties.get("EncryptionConfiguration"):
        settings["EncryptionConfiguration"] = encryption
    made = ecr.create_repository(repositoryName=name, tags=_tags(place, properties), **camel(settings))["repository"]
    place.began(name)
    if policy := properties.get("RepositoryPolicyText"):
        ecr.set_repository_policy(repositoryName=name, policyText=document(policy))
    if lifecycle := (properties.get("LifecyclePolicy") or {}).get("LifecyclePolicyText"):
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=lifecycle)
    return Result(name, {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]})


def _delete_repository(place: Place, name: str, properties: Properties) -> None:
    force = bool(properties.get("EmptyOnDelete"))
    place.client("ecr").delete_repository(repositoryName=name, force=force)


def _update_repository(place: Place, name: str, old: Properties, new: Properties) -> Result:
    ecr = place.client("ecr")
    if mutability := new.get("ImageTagMutability"):
        ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=mutability)
    if scanning := new.get("ImageScanningConfiguration"):
        ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration=camel(scanning))
    if policy := new.get("RepositoryPolicyText"):
        ecr.set_repository_policy(repositoryName=name, policyText=document(policy))
    elif old.get("RepositoryPolicyText"):
        ecr.delete_repository_policy(repositoryName=name)
    if lifecycle := (new.get("LifecyclePolicy") or {}).get("LifecyclePolicyText"):
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=lifecycle)
    elif old.get("LifecyclePolicy"):
        ecr.delete_lifecycle_policy(repositoryName=name)
    return Result(name)


def _create_cluster(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("ClusterName"))
    made = place.client("ecs").create_cluster(clusterName=name, tags=_tags(place, properties))["cluster"]
    return Result(name, {"Arn": made["clusterArn"]})


def _delete_cluster(place: Place, name: str, properties: Properties) -> None:
    place.client("ecs").delete_cluster(cluster=name)


TASK = (
    "Family",
    "TaskRoleArn",
    "ExecutionRoleArn",
    "NetworkMode",
    "Volumes",
    "PlacementConstraints",
    "RequiresCompatibilities",
)


def _create_task(place: Place, properties: Properties) -> Result:
    settings: dict[str, Any] = {**pick(properties, *TASK), "Family": place.name(properties.get("Family"))}
    settings |= {name: str(properties[name]) for name in ("Cpu", "Memory") if properties.get(name) is not None}
    settings["ContainerDefinitions"] = properties.get("ContainerDefinitions") or []
    made = place.client("ecs").register_task_definition(**camel(settings), tags=_tags(place, properties))[
        "taskDefinition"
    ]
    return Result(made["taskDefinitionArn"], {"TaskDefinitionArn": made["taskDefinitionArn"]})


def _delete_task(place: Place, arn: str, properties: Properties) -> None:
    place.client("ecs").deregister_task_definition(taskDefinition=arn)


def _create_service(place: Place, properties: Properties) -> Result:
    ecs = place.client("ecs")
    settings = arguments(ecs, "create_service", properties) | {"serviceName": place.name(properties.get("ServiceName"))}
    settings.setdefault("desiredCount", 1)
    if tags := _tags(place, properties):
        settings["tags"] = tags
    made = ecs.create_service(**settings)["service"]
    return Result(made["serviceArn"], {"ServiceArn": made["serviceArn"], "Name": made["serviceName"]})


def _update_service(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    ecs = place.client("ecs")
    ecs.update_service(**arguments(ecs, "update_service", new) | {"service": arn})
    return Result(arn)


def _delete_service(place: Place, arn: str, properties: Properties) -> None:
    cluster = pick(properties, "Cluster")
    place.client("ecs").delete_service(service=arn, force=True, **camel(cluster))


KINDS = {
    "AWS::ECS::Service": Kind(_create_service, _delete_service, _update_service),
    "AWS::ECR::Repository": Kind(_create_repository, _delete_repository, _update_repository),
    "AWS::ECS::Cluster": Kind(_create_cluster, _delete_cluster),
    "AWS::ECS::TaskDefinition": Kind(_create_task, _delete_task),
}
