"""AWS::SecretsManager."""

from __future__ import annotations

import json
from typing import Any

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, number, pick, truth


def _create_secret(place: Place, properties: Properties) -> Result:
    manager = place.client("secretsmanager")
    settings: dict[str, Any] = pick(properties, "Description", "KmsKeyId")
    if properties.get("SecretString") is not None:
        settings["SecretString"] = properties["SecretString"]
    elif properties.get("GenerateSecretString") is not None:
        settings["SecretString"] = _generated(manager, properties["GenerateSecretString"])
    if tags := place.tagged(properties):
        settings["Tags"] = tags
    if regions := _regions(properties):
        settings["AddReplicaRegions"] = list(regions.values())
    arn = manager.create_secret(Name=place.name(properties.get("Name"), 512), **settings)["ARN"]
    return Result(arn, {"Id": arn})


def _regions(properties: Properties) -> dict[str, dict[str, Any]]:
    """The replicas that a secret is to have, by region."""
    return {each["Region"]: pick(each, "Region", "KmsKeyId") for each in properties.get("ReplicaRegions") or ()}


def _generated(manager: Any, wanted: Properties) -> str:
    flags = [
        "ExcludeNumbers",
        "ExcludePunctuation",
        "ExcludeUppercase",
        "ExcludeLowercase",
        "IncludeSpace",
        "RequireEachIncludedType",
    ]
    settings: dict[str, Any] = {name: truth(wanted[name]) for name in flags if name in wanted}
    settings |= pick(wanted, "ExcludeCharacters")
    if "PasswordLength" in wanted:
        settings["PasswordLength"] = number(wanted["PasswordLength"])
    password = str(manager.get_random_password(**settings)["RandomPassword"])
    if "SecretStringTemplate" not in wanted:
        return password
    if "GenerateStringKey" not in wanted:
        raise Failed("GenerateStringKey is required with SecretStringTemplate")
    return json.dumps({**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password})


def _delete_secret(place: Place, arn: str, properties: Properties) -> None:
    manager = place.client("secretsmanager")
    if regions := _regions(properties):
        manager.remove_regions_from_replication(SecretId=arn, RemoveReplicaRegions=list(regions))
    manager.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _update_secret(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    if old.get("Name") != new.get("Name"):
        return None
    manager = place.client("secretsmanager")
    changed: dict[str, Any] = pick(new, "Description", "KmsKeyId")
    if new.get("SecretString") is not None and new["SecretString"] != old.get("SecretString"):
        changed["SecretString"] = new["SecretString"]
    elif new.get("GenerateSecretString") != old.get("GenerateSecretString") and new.get("GenerateSecretString"):
        changed["SecretString"] = _generated(manager, new["GenerateSecretString"])
    if changed:
        manager.update_secret(SecretId=arn, **changed)
    if tags := place.tagged(new):
        manager.tag_resource(SecretId=arn, Tags=tags)
    before, after = _regions(old), _regions(new)
    if gone := [region for region, each in before.items() if after.get(region) != each]:
        manager.remove_regions_from_replication(SecretId=arn, RemoveReplicaRegions=gone)
    if come := [each for region, each in after.items() if before.get(region) != each]:
        manager.replicate_secret_to_regions(SecretId=arn, AddReplicaRegions=come)
    return Result(arn, {"Id": arn})


def _rotation(properties: Properties) -> dict[str, Any]:
    if properties.get("HostedRotationLambda"):
        raise Failed("the local AWS does not have HostedRotationLambda")
    settings: dict[str, Any] = {"SecretId": properties["SecretId"]}
    if function := properties.get("RotationLambdaARN"):
        settings["RotationLambdaARN"] = function
    rules = dict(properties.get("RotationRules") or {})
    if "AutomaticallyAfterDays" in rules:
        rules["AutomaticallyAfterDays"] = number(rules["AutomaticallyAfterDays"])
    if rules:
        settings["RotationRules"] = rules
    if "RotateImmediatelyOnUpdate" in properties:
        settings["RotateImmediately"] = truth(properties["RotateImmediatelyOnUpdate"])
    return settings


def _create_rotation(place: Place, properties: Properties) -> Result:
    arn = place.client("secretsmanager").rotate_secret(**_rotation(properties))["ARN"]
    return Result(arn, {"Id": arn})


def _delete_rotation(place: Place, arn: str, properties: Properties) -> None:
    manager = place.client("secretsmanager")
    if not manager.describe_secret(SecretId=arn).get("OwningService"):  # of another's, that goes on rotating
        manager.cancel_rotate_secret(SecretId=arn)


def _update_rotation(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    return None if old["SecretId"] != new["SecretId"] else _create_rotation(place, new)


def _attach(place: Place, properties: Properties) -> Result:
    """The secret's JSON gets the database's engine, host, port, name and identifier."""
    manager, rds = place.client("secretsmanager"), place.client("rds")
    if properties["TargetType"] == "AWS::RDS::DBCluster":
        found = rds.describe_db_clusters(DBClusterIdentifier=properties["TargetId"])["DBClusters"][0]
        told = {"host": found["Endpoint"], "port": found["Port"], "dbClusterIdentifier": found["DBClusterIdentifier"]}
        name = found.get("DatabaseName")
    elif properties["TargetType"] == "AWS::RDS::DBInstance":
        found = rds.describe_db_instances(DBInstanceIdentifier=properties["TargetId"])["DBInstances"][0]
        told = {"host": found["Endpoint"]["Address"], "port": found["Endpoint"]["Port"]}
        told["dbInstanceIdentifier"] = found["DBInstanceIdentifier"]
        name = found.get("DBName")
    else:
        raise Failed(f"the local AWS does not attach secrets to {properties['TargetType']}")
    value = json.loads(manager.get_secret_value(SecretId=properties["SecretId"])["SecretString"])
    engine = found["Engine"].removeprefix("aurora-").replace("postgresql", "postgres")
    value |= {"engine": engine, **told, **({"dbname": name} if name else {})}
    arn = manager.put_secret_value(SecretId=properties["SecretId"], SecretString=json.dumps(value))["ARN"]
    return Result(arn, {"Id": arn})


def _detach(place: Place, arn: str, properties: Properties) -> None:
    manager = place.client("secretsmanager")
    added = ("engine", "host", "port", "dbname", "dbClusterIdentifier", "dbInstanceIdentifier")
    value = json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])
    left = {name: each for name, each in value.items() if name not in added}
    manager.put_secret_value(SecretId=arn, SecretString=json.dumps(left))


def _put_policy(place: Place, properties: Properties) -> Result:
    settings = {"SecretId": properties["SecretId"], "ResourcePolicy": document(properties["ResourcePolicy"])}
    if "BlockPublicPolicy" in properties:
        settings["BlockPublicPolicy"] = truth(properties["BlockPublicPolicy"])
    arn = place.client("secretsmanager").put_resource_policy(**settings)["ARN"]
    return Result(arn, {"Id": arn})


def _delete_policy(place: Place, arn: str, properties: Properties) -> None:
    place.client("secretsmanager").delete_resource_policy(SecretId=arn)


def _update_policy(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    return None if old["SecretId"] != new["SecretId"] else _put_policy(place, new)


KINDS = {
    "AWS::SecretsManager::Secret": Kind(_create_secret, _delete_secret, _update_secret),
    "AWS::SecretsManager::RotationSchedule": Kind(_create_rotation, _delete_rotation, _update_rotation),
    "AWS::SecretsManager::SecretTargetAttachment": Kind(_attach, _detach),
    "AWS::SecretsManager::ResourcePolicy": Kind(_put_policy, _delete_policy, _update_policy),
}
