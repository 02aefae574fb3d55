"""
What keys, identities, secrets, parameters and trails are known by.

Source: "Return values" of each type in CloudFormation's template reference, and the services' resource tables in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown, Value
from keyturn.read.functions import concat
from keyturn.read.identity.shape import Fields, Shape

_IAM = "arn:{partition}:iam::{account}:"


def _key_id(fields: Fields) -> Value:
    """A key's id; that of a multi-Region key begins with `mrk-`."""
    return (
        f"mrk-{fields.mint('hex32')}" if fields.properties.get("MultiRegion") in (True, "true") else fields.mint("uuid")
    )


def _with_path(kind: str) -> str:
    return _IAM + kind


def _path(fields: Fields) -> Value:
    """The path that stands in an identity's ARN, with the slashes around it."""
    return fields.properties.get("Path", "/")


def _identity(kind: str) -> Shape:
    def arn(fields: Fields) -> Value:
        return concat((fields.render(_IAM), kind, _path(fields), fields.name))

    prefix = {"role": "AROA", "user": "AIDA", "group": "AGPA", "instance-profile": "AIPA"}[kind]
    camel = "".join(word.capitalize() for word in kind.split("-"))
    return Shape(
        name=f"{camel}Name",
        arn=arn,
        limit=64,
        attributes={"Arn": "{arn}", f"{camel}Id": f"{prefix}{{unique17}}"},
    )


def _managed_policy_arn(fields: Fields) -> Value:
    return concat((fields.render(_IAM), "policy", _path(fields), fields.name))


def _parameter_arn(fields: Fields) -> Value:
    name = fields.name
    separator = "" if isinstance(name, str) and name.startswith("/") else "/"
    return concat((fields.render("arn:{partition}:ssm:{region}:{account}:parameter"), separator, name))


def _secret_arn_given(fields: Fields) -> Value:
    """The ARN of the secret that `SecretId` names: known when it is given as one."""
    secret = fields.property("SecretId")
    if isinstance(secret, str) and not secret.startswith("arn:"):
        return Unknown(f"the suffix in the ARN of the secret `{secret}` is AWS's choice")
    return secret


_OF_SECRET = Shape(ref=_secret_arn_given, attributes={"Id": "{ref}"})
_HIDDEN = "the service gives it only once it is made"

SHAPES: Mapping[str, Shape] = {
    "KMS::Key": Shape(
        ref=_key_id,
        arn="arn:{partition}:kms:{region}:{account}:key/{ref}",
        attributes={"Arn": "{arn}", "KeyId": "{ref}"},
    ),
    "KMS::ReplicaKey": Shape(
        ref="mrk-{hex32}",
        arn="arn:{partition}:kms:{region}:{account}:key/{ref}",
        attributes={"Arn": "{arn}", "KeyId": "{ref}"},
    ),
    "KMS::Alias": Shape(ref="{AliasName}", arn="arn:{partition}:kms:{region}:{account}:{AliasName}"),
    "IAM::Role": _identity("role"),
    "IAM::User": _identity("user"),
    "IAM::Group": _identity("group"),
    "IAM::InstanceProfile": _identity("instance-profile"),
    "IAM::Policy": Shape(limit=128, attributes={"Id": "{ref}"}),
    "IAM::ManagedPolicy": Shape(
        name="ManagedPolicyName",
        ref="{arn}",
        arn=_managed_policy_arn,
        limit=128,
        attributes={"PolicyArn": "{arn}", "PolicyId": "ANPA{unique17}", "DefaultVersionId": lambda _: "v1"},
    ),
    "IAM::AccessKey": Shape(ref="AKIA{unique16}", attributes={"SecretAccessKey": lambda _: Unknown(_HIDDEN)}),
    "IAM::OIDCProvider": Shape(
        ref="{arn}",
        arn=lambda fields: concat((fields.render(_IAM + "oidc-provider/"), _host(fields.property("Url")))),
        attributes={"Arn": "{arn}"},
    ),
    "IAM::SAMLProvider": Shape(
        name="Name", ref="{arn}", arn=_IAM + "saml-provider/{name}", attributes={"Arn": "{arn}"}
    ),
    "IAM::ServiceLinkedRole": Shape(
        ref=lambda fields: Unknown(f"AWS chooses the name of {fields.logical}"), attributes={"RoleName": "{ref}"}
    ),
    "SecretsManager::Secret": Shape(
        name="Name",
        minted="{logical}-{mixed12}",
        ref="{arn}",
        arn="arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{mixed6:suffix}",
        attributes={"Id": "{arn}"},
    ),
    "SecretsManager::RotationSchedule": _OF_SECRET,
    "SecretsManager::SecretTargetAttachment": _OF_SECRET,
    "SecretsManager::ResourcePolicy": _OF_SECRET,
    "SSM::Parameter": Shape(
        name="Name",
        minted="CFN-{logical}-{mixed12}",
        arn=_parameter_arn,
        attributes={"Type": "{Type}", "Value": "{Value}"},
    ),
    "SSM::ResourceDataSync": Shape(name="SyncName", ref="{SyncName}"),
    "SSM::Document": Shape(name="Name", arn="arn:{partition}:ssm:{region}:{account}:document/{name}"),
    "CloudTrail::Trail": Shape(
        name="TrailName",
        arn="arn:{partition}:cloudtrail:{region}:{account}:trail/{name}",
        limit=128,
        attributes={"Arn": "{arn}"},
    ),
    "CloudTrail::EventDataStore": Shape(
        ref="{arn}",
        arn="arn:{partition}:cloudtrail:{region}:{account}:eventdatastore/{uuid}",
        attributes={"EventDataStoreArn": "{arn}"},
    ),
}


def _host(url: Value) -> Value:
    return url.removeprefix("https://") if isinstance(url, str) else url
