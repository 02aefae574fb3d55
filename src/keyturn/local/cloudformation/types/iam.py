"""AWS::IAM."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.api import attached, put_again
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, number, pick


def _create_role(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    name = place.name(properties.get("RoleName"), 64)
    settings: dict[str, Any] = pick(properties, "Path", "Description", "PermissionsBoundary")
    if properties.get("MaxSessionDuration"):
        settings["MaxSessionDuration"] = number(properties["MaxSessionDuration"])
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
        Tags=place.tagged(properties),
        **settings,
    )["Role"]
    place.began(name)
    _give(iam, name, properties)
    return Result(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _give(iam: Any, name: str, properties: Properties) -> None:
    for policy in properties.get("Policies") or ():
        iam.put_role_policy(
            RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=document(policy["PolicyDocument"])
        )
    for arn in properties.get("ManagedPolicyArns") or ():
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)


def _delete_role(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _update_role(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("RoleName", "Path")):
        return None
    iam = place.client("iam")
    iam.update_role(
        RoleName=name,
        Description=str(new.get("Description") or ""),
        MaxSessionDuration=number(new.get("MaxSessionDuration") or 3600),
    )
    if old.get("PermissionsBoundary") != new.get("PermissionsBoundary"):
        if boundary := new.get("PermissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
        else:
            iam.delete_role_permissions_boundary(RoleName=name)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(new["AssumeRolePolicyDocument"]))
    kept = {policy["PolicyName"] for policy in new.get("Policies") or ()}
    for policy in old.get("Policies") or ():
        if policy["PolicyName"] not in kept:
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
    for arn in set(old.get("ManagedPolicyArns") or ()) - set(new.get("ManagedPolicyArns") or ()):
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    _give(iam, name, new)
    role = iam.get_role(RoleName=name)["Role"]
    return Result(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})


def _create_inline(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    settings = {"PolicyName": properties["PolicyName"], "PolicyDocument": document(properties["PolicyDocument"])}
    for role in properties.get("Roles") or ():
        iam.put_role_policy(RoleName=role, **settings)
    for user in properties.get("Users") or ():
        iam.put_user_policy(UserName=user, **settings)
    for group in properties.get("Groups") or ():
        iam.put_group_policy(GroupName=group, **settings)
    return Result(place.name(None), {"Id": properties["PolicyName"]})


def _delete_inline(place: Place, identity: str, properties: Properties) -> None:
    iam = place.client("iam")
    name = properties["PolicyName"]
    for role in properties.get("Roles") or ():
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for user in properties.get("Users") or ():
        iam.delete_user_policy(UserName=user, PolicyName=name)
    for group in properties.get("Groups") or ():
        iam.delete_group_policy(GroupName=group, PolicyName=name)


HOLDERS = (("Roles", "role", "RoleName"), ("Users", "user", "UserName"), ("Groups", "group", "GroupName"))
"""Who has policies: the property that lists them, and how calls name them."""


def _create_managed(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    made = iam.create_policy(
        PolicyName=place.name(properties.get("ManagedPolicyName"), 128),
        PolicyDocument=document(properties["PolicyDocument"]),
        **pick(properties, "Path", "Description"),
    )["Policy"]
    place.began(made["Arn"])
    for list_, holder, parameter in HOLDERS:
        for name in properties.get(list_) or ():
            getattr(iam, f"attach_{holder}_policy")(**{parameter: name, "PolicyArn": made["Arn"]})
    return Result(made["Arn"], {"PolicyArn": made["Arn"], "PolicyId": made["PolicyId"]})


def _update_managed(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    iam = place.client("iam")
    if old["PolicyDocument"] != new["PolicyDocument"]:
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(new["PolicyDocument"]), SetAsDefault=True)
        for each in versions:
            iam.delete_policy_version(PolicyArn=arn, VersionId=each["VersionId"])
    for list_, holder, parameter in HOLDERS:
        was, wanted = set(old.get(list_) or ()), set(new.get(list_) or ())
        for name in sorted(wanted - was):
            getattr(iam, f"attach_{holder}_policy")(**{parameter: name, "PolicyArn": arn})
        for name in sorted(was - wanted):
            getattr(iam, f"detach_{holder}_policy")(**{parameter: name, "PolicyArn": arn})
    return Result(arn)


def _delete_managed(place: Place, arn: str, properties: Properties) -> None:
    iam = place.client("iam")
    holders = iam.list_entities_for_policy(PolicyArn=arn)
    for role in holders["PolicyRoles"]:
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=arn)
    for user in holders["PolicyUsers"]:
        iam.detach_user_policy(UserName=user["UserName"], PolicyArn=arn)
    for group in holders["PolicyGroups"]:
        iam.detach_group_policy(GroupName=group["GroupName"], PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def _create_profile(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    name = place.name(properties.get("InstanceProfileName"), 128)
    made = iam.create_instance_profile(InstanceProfileName=name, **pick(properties, "Path"))["InstanceProfile"]
    for role in properties["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return Result(name, {"Arn": made["Arn"]})


def _update_profile(place: Place, name: str, old: Properties, new: Properties) -> Result:
    iam = place.client("iam")
    for role in old["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
    for role in new["Roles"]:
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    return Result(name)


def _delete_profile(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    for role in properties["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
    iam.delete_instance_profile(InstanceProfileName=name)


def _create_user(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    name = place.name(properties.get("UserName"), 64)
    settings = pick(properties, "Path", "PermissionsBoundary")
    arn = iam.create_user(UserName=name, Tags=place.tagged(properties), **settings)["User"]["Arn"]
    place.began(name)
    for policy in properties.get("Policies") or ():
        text = document(policy["PolicyDocument"])
        iam.put_user_policy(UserName=name, PolicyName=policy["PolicyName"], PolicyDocument=text)
    for policy in properties.get("ManagedPolicyArns") or ():
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    for group in properties.get("Groups") or ():
        iam.add_user_to_group(GroupName=group, UserName=name)
    return Result(name, {"Arn": arn})


def _regive(iam: Any, holder: str, who: dict[str, str], old: Properties, new: Properties) -> None:
    """Bring the policies of a user or of a group to what they are to be."""
    documents = {policy["PolicyName"]: document(policy["PolicyDocument"]) for policy in new.get("Policies") or ()}
    for name, text in documents.items():
        getattr(iam, f"put_{holder}_policy")(**who, PolicyName=name, PolicyDocument=text)
    for policy in old.get("Policies") or ():
        if policy["PolicyName"] not in documents:
            getattr(iam, f"delete_{holder}_policy")(**who, PolicyName=policy["PolicyName"])
    was, wanted = set(old.get("ManagedPolicyArns") or ()), set(new.get("ManagedPolicyArns") or ())
    for arn in sorted(wanted - was):
        getattr(iam, f"attach_{holder}_policy")(**who, PolicyArn=arn)
    for arn in sorted(was - wanted):
        getattr(iam, f"detach_{holder}_policy")(**who, PolicyArn=arn)


def _update_user(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if old.get("Path") != new.get("Path"):
        return None
    iam = place.client("iam")
    _regive(iam, "user", {"UserName": name}, old, new)
    was, wanted = set(old.get("Groups") or ()), set(new.get("Groups") or ())
    for group in sorted(wanted - was):
        iam.add_user_to_group(GroupName=group, UserName=name)
    for group in sorted(was - wanted):
        iam.remove_user_from_group(GroupName=group, UserName=name)
    return Result(name)


def _update_group(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if old.get("Path") != new.get("Path"):
        return None
    _regive(place.client("iam"), "group", {"GroupName": name}, old, new)
    return Result(name)


def _delete_user(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    for policy in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=name, PolicyArn=policy["PolicyArn"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    for group in iam.list_groups_for_user(UserName=name)["Groups"]:
        iam.remove_user_from_group(GroupName=group["GroupName"], UserName=name)
    iam.delete_user(UserName=name)


def _create_group(place: Place, properties: Properties) -> Result:
    iam = place.client("iam")
    name = place.name(properties.get("GroupName"), 128)
    arn = iam.create_group(GroupName=name, **pick(properties, "Path"))["Group"]["Arn"]
    place.began(name)
    for policy in properties.get("Policies") or ():
        text = document(policy["PolicyDocument"])
        iam.put_group_policy(GroupName=name, PolicyName=policy["PolicyName"], PolicyDocument=text)
    for policy in properties.get("ManagedPolicyArns") or ():
        iam.attach_group_policy(GroupName=name, PolicyArn=policy)
    return Result(name, {"Arn": arn})


def _delete_group(place: Place, name: str, properties: Properties) -> None:
    iam = place.client("iam")
    for policy in iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]:
        iam.detach_group_policy(GroupName=name, PolicyArn=policy["PolicyArn"])
    for policy in iam.list_group_policies(GroupName=name)["PolicyNames"]:
        iam.delete_group_policy(GroupName=name, PolicyName=policy)
    iam.delete_group(GroupName=name)


def _create_key(place: Place, properties: Properties) -> Result:
    made = place.client("iam").create_access_key(UserName=properties["UserName"])["AccessKey"]
    return Result(made["AccessKeyId"], {"SecretAccessKey": made["SecretAccessKey"]})


def _delete_key(place: Place, identity: str, properties: Properties) -> None:
    place.client("iam").delete_access_key(UserName=properties["UserName"], AccessKeyId=identity)


KINDS = {
    "AWS::IAM::AccessKey": Kind(_create_key, _delete_key),
    "AWS::IAM::Group": Kind(_create_group, _delete_group, _update_group),
    "AWS::IAM::User": Kind(_create_user, _delete_user, _update_user),
    "AWS::IAM::Role": Kind(_create_role, _delete_role, _update_role),
    "AWS::IAM::Policy": put_again(_create_inline, _delete_inline, "Roles", "Users", "Groups", name="PolicyName"),
    "AWS::IAM::RolePolicy": attached(
        "iam",
        "put_role_policy",
        "delete_role_policy",
        identity="{PolicyName}|{RoleName}",
        update="put_role_policy",
    ),
    "AWS::IAM::ManagedPolicy": Kind(_create_managed, _delete_managed, _update_managed),
    "AWS::IAM::InstanceProfile": Kind(_create_profile, _delete_profile, _update_profile),
}
