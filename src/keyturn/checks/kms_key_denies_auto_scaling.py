"""
An Auto Scaling group starts instances whose volumes are encrypted with a KMS key that Auto Scaling may not use.

Auto Scaling starts instances with its service-linked role, AWSServiceRoleForAutoScaling. The policy of that role is AWS's, and gives it no
rights on keys of your own; a key policy that leaves all to the account's identity policies therefore does not let it in.

Fix: name the role in the key's policy, and allow it to use the key and to grant its use to AWS resources. The role must exist by then; AWS
makes it with the account's first group, or by `aws iam create-service-linked-role`.

Why it matters: the group is created, and every instance is terminated as soon as it starts.

Scope: Auto Scaling groups and EKS node groups whose launch template encrypts volumes with a key of your own

Noticed: when instances are started; a deployment that waits for them fails after a long time, others succeed with no instance

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); the group then starts its instances by itself

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, aws_managed, may_use
from keyturn.facts import keys
from keyturn.graph import Graph, Ref, Resource, Text, Unknown

TEMPLATES = (
    ("LaunchTemplate",),
    ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification"),
)
"""Where groups name their launch template."""
EBS = Unknown("what policies see when EC2 asks KMS for a volume is not followed here")


NODES = "AWS::EKS::Nodegroup"
"""Its creation waits for the instances, and fails without them."""


@check("AWS::AutoScaling::AutoScalingGroup", NODES, verdict=Verdict.DEAD)
def kms_key_denies_auto_scaling(group: Resource, graph: Graph) -> Iterator[Outcome]:
    template = _template(group, graph)
    if template is None:
        return
    mappings = template.get("LaunchTemplateData", "BlockDeviceMappings")
    for index in range(len(mappings) if isinstance(mappings, tuple) else 0):
        path = ("LaunchTemplateData", "BlockDeviceMappings", index, "Ebs", "KmsKeyId")
        if aws_managed(template.get(*path)):
            continue
        use = Use(
            keys.AUTO_SCALING._replace(principal=_role(group)),
            template.at(*path),
            f"to start instances of {group}",
            sends={
                "kms:GrantIsForAWSResource": "true",
                "kms:ViaService": EBS,
                "kms:GrantOperations": EBS,
                "kms:GranteePrincipal": EBS,
                "kms:EncryptionContext:aws:ebs:id": EBS,
            },
            only={"BoolIfExists": {"kms:GrantIsForAWSResource": "true"}},
            verdict=Verdict.REFUSED if group.type == NODES else None,
        )
        yield from may_use(template, *path, use=use, graph=graph)


def _template(group: Resource, graph: Graph) -> Resource | None:
    for path in TEMPLATES:
        for name in ("LaunchTemplateId", "Id", "LaunchTemplateName", "Name"):
            if found := graph.follow(group, *path, name, types=("AWS::EC2::LaunchTemplate",)):
                return found
            named = group.get(*path, name)
            for template in graph.everywhere("AWS::EC2::LaunchTemplate"):
                if isinstance(named, str) and template.get("LaunchTemplateName") == named:
                    return template
    return None


def _role(group: Resource) -> str:
    given = group.get("ServiceLinkedRoleARN")
    if isinstance(given, str):
        return given
    form = keys.AUTO_SCALING.principal
    value = form.format(partition=group.partition, account=group.account)
    name = form.rpartition("{account}")[2]
    return Text(value, ("arn:", Ref("AWS::Partition"), ":iam::", Ref("AWS::AccountId"), name))
