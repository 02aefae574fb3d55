"""
What APIs, load balancers, user pools, firewalls and what runs behind them are known by.

Source: "Return values" of each type in CloudFormation's template reference, and the services' resource tables in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Value
from keyturn.read.functions import concat
from keyturn.read.identity.shape import Fields, Form, Shape

_API = "arn:{partition}:apigateway:{region}::"
_BALANCING = "arn:{partition}:elasticloadbalancing:{region}:{account}:"


def _balancer(fields: Fields) -> Value:
    kind = {"network": "net", "gateway": "gwy"}.get(str(fields.properties.get("Type")), "app")
    return concat((fields.render(_BALANCING + "loadbalancer/"), kind, fields.render("/{name}/{hex16}")))


def _firewall(fields: Fields) -> Value:
    scope = "global" if fields.properties.get("Scope") == "CLOUDFRONT" else "regional"
    return concat(
        (fields.render("arn:{partition}:wafv2:{region}:{account}:"), scope, fields.render("/webacl/{name}/{uuid}"))
    )


def _service(fields: Fields) -> Value:
    cluster = fields.properties.get("Cluster", "default")
    if isinstance(cluster, str):
        cluster = concat((cluster.rpartition("/")[2],))
    return concat((fields.render("arn:{partition}:ecs:{region}:{account}:service/"), cluster, "/", fields.name))


def _with_id(form: str, **attributes: str) -> Shape:
    """A type that `Ref` gives the id of."""
    return Shape(ref=form, attributes=dict(attributes))


_REPOSITORY: Form = "arn:{partition}:ecr:{region}:{account}:repository/{name}"

SHAPES: Mapping[str, Shape] = {
    "ApiGateway::RestApi": Shape(
        ref="{lower10}",
        arn=_API + "/restapis/{ref}",
        attributes={"RestApiId": "{ref}", "RootResourceId": "{lower10:root}"},
    ),
    "ApiGateway::Resource": _with_id("{lower6}", ResourceId="{ref}"),
    "ApiGateway::Deployment": _with_id("{lower6}", DeploymentId="{ref}"),
    "ApiGateway::Stage": Shape(ref="{StageName}", arn=_API + "/restapis/{RestApiId}/stages/{StageName}"),
    "ApiGateway::Authorizer": _with_id("{lower6}", AuthorizerId="{ref}"),
    "ApiGatewayV2::Api": Shape(
        ref="{lower10}",
        arn=_API + "/apis/{ref}",
        attributes={"ApiId": "{ref}", "ApiEndpoint": "https://{ref}.execute-api.{region}.{suffix}"},
    ),
    "ApiGatewayV2::Integration": _with_id("{lower7}", IntegrationId="{ref}"),
    "ApiGatewayV2::Route": _with_id("{lower7}", RouteId="{ref}"),
    "ApiGatewayV2::Authorizer": _with_id("{lower6}", AuthorizerId="{ref}"),
    "Cognito::UserPool": Shape(
        ref="{region}_{mixed9}",
        arn="arn:{partition}:cognito-idp:{region}:{account}:userpool/{ref}",
        attributes={
            "Arn": "{arn}",
            "UserPoolId": "{ref}",
            "ProviderName": "cognito-idp.{region}.{suffix}/{ref}",
            "ProviderURL": "https://cognito-idp.{region}.{suffix}/{ref}",
        },
    ),
    "ElasticLoadBalancingV2::LoadBalancer": Shape(
        name="Name",
        minted="{logical}-{lower10}",
        limit=32,
        ref="{arn}",
        arn=_balancer,
        attributes={"LoadBalancerArn": "{arn}", "LoadBalancerName": "{name}"},
    ),
    "ElasticLoadBalancingV2::TargetGroup": Shape(
        name="Name",
        minted="{logical}-{lower10}",
        limit=32,
        ref="{arn}",
        arn=_BALANCING + "targetgroup/{name}/{hex16}",
        attributes={"TargetGroupArn": "{arn}", "TargetGroupName": "{name}"},
    ),
    "StepFunctions::StateMachine": Shape(
        name="StateMachineName",
        minted="{logical}-{mixed12}",
        limit=80,
        ref="{arn}",
        arn="arn:{partition}:states:{region}:{account}:stateMachine:{name}",
        attributes={"Arn": "{arn}", "Name": "{name}"},
    ),
    "ECS::Cluster": Shape(
        name="ClusterName", arn="arn:{partition}:ecs:{region}:{account}:cluster/{name}", attributes={"Arn": "{arn}"}
    ),
    "ECS::Service": Shape(
        name="ServiceName",
        ref="{arn}",
        arn=_service,
        attributes={"ServiceArn": "{arn}", "Name": "{name}"},
    ),
    "ECS::TaskDefinition": Shape(
        name="Family",
        minted="{stack}{logical}{mixed12}",
        ref="{arn}",
        arn="arn:{partition}:ecs:{region}:{account}:task-definition/{name}:1",
        attributes={"TaskDefinitionArn": "{arn}"},
    ),
    "ECR::Repository": Shape(name="RepositoryName", lower=True, arn=_REPOSITORY, attributes={"Arn": _REPOSITORY}),
    "CloudFront::Distribution": Shape(
        ref="E{upper13}",
        arn="arn:{partition}:cloudfront::{account}:distribution/{ref}",
        attributes={"Id": "{ref}", "DomainName": "d{lower13}.cloudfront.net"},
    ),
    "CloudFront::OriginAccessControl": _with_id("E{upper13}", Id="{ref}"),
    "Route53::HostedZone": Shape(
        ref="Z{upper20}", arn="arn:{partition}:route53:::hostedzone/{ref}", attributes={"Id": "{ref}"}
    ),
    "WAFv2::WebACLAssociation": Shape(ref="{ResourceArn}|{WebACLArn}"),
    "WAFv2::LoggingConfiguration": Shape(ref="{ResourceArn}"),
    "WAFv2::WebACL": Shape(
        name="Name", ref="{name}|{uuid}|{Scope}", arn=_firewall, attributes={"Arn": "{arn}", "Id": "{uuid}"}
    ),
}
