"""AWS::EC2: security groups and their rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local.cloudformation.types.ec2_tags import retagged, specification
from keyturn.local.cloudformation.types.kind import Delete, Kind, Place, Properties, Result, number, pick

ALL_TRAFFIC = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
"""What a new security group lets out, until it is told what to let out."""


def _permission(rule: Mapping[str, Any], other: str) -> dict[str, Any]:
    """
    One rule as EC2's API takes it.

    Args:
        other: `Source` for ingress, `Destination` for egress.
    """
    about = {"Description": rule["Description"]} if rule.get("Description") else {}
    permission: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    if permission["IpProtocol"] != "-1":
        permission |= {name: number(rule[name]) for name in ("FromPort", "ToPort") if rule.get(name) is not None}
    if rule.get("CidrIp"):
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **about}]
    if rule.get("CidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **about}]
    if prefixes := rule.get(f"{other}PrefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": prefixes, **about}]
    if group := rule.get(f"{other}SecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": group, **about}]
    return permission


def _create_group(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    group = ec2.create_security_group(
        GroupName=place.name(properties.get("GroupName")),
        Description=properties["GroupDescription"],
        TagSpecifications=specification(place, "security-group", properties),
        **pick(properties, "VpcId"),
    )["GroupId"]
    place.began(group)
    if rules := _rules(properties, "Ingress", "Source"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    if rules := _rules(properties, "Egress", "Destination"):
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[ALL_TRAFFIC])
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rules)
    return Result(group, {"GroupId": group, "Id": group, **pick(properties, "VpcId")})


def _update_group(place: Place, group: str, old: Properties, new: Properties) -> Result:
    ec2 = place.client("ec2")
    _change_rules(ec2, group, "ingress", _rules(old, "Ingress", "Source"), _rules(new, "Ingress", "Source"))
    was, wanted = (_rules(some, "Egress", "Destination") or [ALL_TRAFFIC] for some in (old, new))
    _change_rules(ec2, group, "egress", was, wanted)
    return Result(group)


def _rules(properties: Properties, direction: str, other: str) -> list[dict[str, Any]]:
    return [_permission(rule, other) for rule in properties.get(f"SecurityGroup{direction}") or ()]


def _change_rules(
    ec2: Any, group: str, direction: str, was: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> None:
    """Of a group's rules only those that it declares: others may stand by themselves."""
    if gone := [rule for rule in was if rule not in wanted]:
        getattr(ec2, f"revoke_security_group_{direction}")(GroupId=group, IpPermissions=gone)
    if come := [rule for rule in wanted if rule not in was]:
        getattr(ec2, f"authorize_security_group_{direction}")(GroupId=group, IpPermissions=come)


def _rule(call: str, undo: str, other: str) -> tuple[Callable[[Place, Properties], Result], Delete]:
    """How a rule that stands by itself is made, and removed."""

    def create(place: Place, properties: Properties) -> Result:
        permission = _permission(properties, other)
        made = getattr(place.client("ec2"), call)(GroupId=properties["GroupId"], IpPermissions=[permission])
        identity = next((each["SecurityGroupRuleId"] for each in made.get("SecurityGroupRules", ())), place.name(None))
        return Result(identity, {"Id": identity})

    def delete(place: Place, identity: str, properties: Properties) -> None:
        # By its id: moto does not find a rule that names a group without its description, where AWS does.
        known = identity.startswith("sgr-")
        which = {"SecurityGroupRuleIds": [identity]} if known else {"IpPermissions": [_permission(properties, other)]}
        getattr(place.client("ec2"), undo)(GroupId=properties["GroupId"], **which)

    return create, delete


def _delete_group(place: Place, group: str, properties: Properties) -> None:
    place.client("ec2").delete_security_group(GroupId=group)


KINDS = {
    "AWS::EC2::SecurityGroup": Kind(_create_group, _delete_group, retagged(_update_group)),
    "AWS::EC2::SecurityGroupIngress": Kind(
        *_rule("authorize_security_group_ingress", "revoke_security_group_ingress", "Source")
    ),
    "AWS::EC2::SecurityGroupEgress": Kind(
        *_rule("authorize_security_group_egress", "revoke_security_group_egress", "Destination")
    ),
}
