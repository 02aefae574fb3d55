"""AWS::RDS: groups of subnets and of parameters."""

from __future__ import annotations

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result


def _create_subnet_group(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("DBSubnetGroupName"), 255, lower=True).lower()
    place.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=properties["DBSubnetGroupDescription"],
        SubnetIds=list(properties["SubnetIds"]),
        Tags=place.tagged(properties),
    )
    return Result(name, {"DBSubnetGroupArn": place.arn("rds", f"subgrp:{name}")})


def _update_subnet_group(place: Place, name: str, old: Properties, new: Properties) -> Result:
    place.client("rds").modify_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=new["DBSubnetGroupDescription"],
        SubnetIds=list(new["SubnetIds"]),
    )
    return Result(name)


def _delete_subnet_group(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_subnet_group(DBSubnetGroupName=name)


def _create_cluster_parameters(place: Place, properties: Properties) -> Result:
    rds = place.client("rds")
    name = place.name(properties.get("DBClusterParameterGroupName"), 255, lower=True).lower()
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=name,
        DBParameterGroupFamily=properties["Family"],
        Description=properties["Description"],
    )
    if parameters := _parameters(properties):
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=name, Parameters=parameters)
    return Result(name)


def _update_cluster_parameters(place: Place, name: str, old: Properties, new: Properties) -> Result:
    rds = place.client("rds")
    if parameters := _parameters(new):
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=name, Parameters=parameters)
    return Result(name)


def _delete_cluster_parameters(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=name)


def _create_parameters(place: Place, properties: Properties) -> Result:
    rds = place.client("rds")
    name = place.name(properties.get("DBParameterGroupName"), 255, lower=True).lower()
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily=properties["Family"], Description=properties["Description"]
    )
    if parameters := _parameters(properties):
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    return Result(name, {"DBParameterGroupName": name})


def _update_parameters(place: Place, name: str, old: Properties, new: Properties) -> Result:
    rds = place.client("rds")
    if parameters := _parameters(new):
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    return Result(name)


def _delete_parameters(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_parameter_group(DBParameterGroupName=name)


def _parameters(properties: Properties) -> list[dict[str, str]]:
    return [
        {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        for name, value in (properties.get("Parameters") or {}).items()
    ]


KINDS = {
    "AWS::RDS::DBSubnetGroup": Kind(_create_subnet_group, _delete_subnet_group, _update_subnet_group),
    "AWS::RDS::DBClusterParameterGroup": Kind(
        _create_cluster_parameters, _delete_cluster_parameters, _update_cluster_parameters
    ),
    "AWS::RDS::DBParameterGroup": Kind(_create_parameters, _delete_parameters, _update_parameters),
}
