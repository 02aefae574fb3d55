"""AWS::Route53 and AWS::CertificateManager."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from keyturn.local.cloudformation.types.api import arguments, by_api, by_id
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

SERVICE = "route53"


def _create_zone(place: Place, properties: Properties) -> Result:
    route53 = place.client(SERVICE)
    settings = arguments(route53, "create_hosted_zone", properties)
    if vpcs := properties.get("VPCs"):
        settings["VPC"] = {"VPCRegion": vpcs[0]["VPCRegion"], "VPCId": vpcs[0]["VPCId"]}
        settings["HostedZoneConfig"] = {**settings.get("HostedZoneConfig", {}), "PrivateZone": True}
    made = route53.create_hosted_zone(CallerReference=str(uuid.uuid4()), **settings)
    identity = made["HostedZone"]["Id"].rpartition("/")[2]
    return Result(identity, {"Id": identity, "NameServers": made.get("DelegationSet", {}).get("NameServers", [])})


def _change(place: Place, action: str, properties: Properties) -> None:
    route53 = place.client(SERVICE)
    zone = properties.get("HostedZoneId") or _zone_of(route53, properties["HostedZoneName"])
    records = [{"Value": str(each)} for each in properties.get("ResourceRecords") or ()]
    record: dict[str, Any] = {
        name: properties[name]
        for name in ("Name", "Type", "SetIdentifier", "Region", "Failover", "HealthCheckId")
        if properties.get(name)
    }
    record |= {name: int(properties[name]) for name in ("TTL", "Weight") if properties.get(name) is not None}
    if alias := properties.get("AliasTarget"):
        record["AliasTarget"] = {"EvaluateTargetHealth": False, **alias}
    if records:
        record["ResourceRecords"] = records
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    )


def _zone_of(route53: Any, name: str) -> str:
    found: Iterable[dict[str, str]] = route53.list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    return next((zone["Id"].rpartition("/")[2] for zone in found), name)


def _create_record(place: Place, properties: Properties) -> Result:
    _change(place, "CREATE", properties)
    return Result(properties["Name"])


def _delete_record(place: Place, identity: str, properties: Properties) -> None:
    _change(place, "DELETE", properties)


def _update_record(place: Place, identity: str, old: Properties, new: Properties) -> Result | None:
    if any(
        old.get(each) != new.get(each) for each in ("Name", "Type", "HostedZoneId", "HostedZoneName", "SetIdentifier")
    ):
        return None
    _change(place, "UPSERT", new)
    return Result(identity)


KINDS = {
    "AWS::Route53::HostedZone": Kind(_create_zone, by_id(SERVICE, "delete_hosted_zone", "Id")),
    "AWS::Route53::RecordSet": Kind(_create_record, _delete_record, _update_record),
    "AWS::CertificateManager::Certificate": by_api(
        "acm",
        "request_certificate",
        "delete_certificate",
        identity="CertificateArn",
        parameter="CertificateArn",
    ),
}
