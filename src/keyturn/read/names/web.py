"""Load balancers, hosted zones, firewalls' logs, user pools, APIs' ways to functions."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Ignored, Item, Kind, Object, Objects, Pairs, Part, Renamed, Rule


def _logged(kind: str) -> Object:
    """Where a load balancer writes logs: settings by name in CloudFormation."""
    settings = ("bucket", "prefix", "enabled")
    return Object(
        "", {each: Item("LoadBalancerAttributes", "Value", {"Key": f"{kind}.s3.{each}"}) for each in settings}
    )


_BALANCER: dict[str, Rule] = {
    "name": "Name",
    "name_prefix": Ignored(),
    "load_balancer_type": "Type",
    "internal": Renamed("Scheme", {True: "internal", False: "internet-facing"}),
    "ip_address_type": "IpAddressType",
    "security_groups": "SecurityGroups",
    "subnets": "Subnets",
    "subnet_mapping": Objects(
        "SubnetMappings",
        {
            "subnet_id": "SubnetId",
            "allocation_id": "AllocationId",
            "ipv6_address": "IPv6Address",
            "private_ipv4_address": "PrivateIPv4Address",
        },
    ),
    "access_logs": _logged("access_logs"),
    "connection_logs": _logged("connection_logs"),
    "tags": TAGS,
}

_BALANCER_TELLS = {
    "id": "",
    "arn": "LoadBalancerArn",
    "dns_name": "DNSName",
    "zone_id": "CanonicalHostedZoneID",
    "arn_suffix": "LoadBalancerFullName",
}

_TARGETS: dict[str, Rule] = {
    "name": "Name",
    "name_prefix": Ignored(),
    "port": "Port",
    "protocol": "Protocol",
    "protocol_version": "ProtocolVersion",
    "target_type": "TargetType",
    "vpc_id": "VpcId",
    "ip_address_type": "IpAddressType",
    "health_check": Object(
        "",
        {
            "enabled": "HealthCheckEnabled",
            "healthy_threshold": "HealthyThresholdCount",
            "interval": "HealthCheckIntervalSeconds",
            "matcher": "Matcher.HttpCode",
            "path": "HealthCheckPath",
            "port": "HealthCheckPort",
            "protocol": "HealthCheckProtocol",
            "timeout": "HealthCheckTimeoutSeconds",
            "unhealthy_threshold": "UnhealthyThresholdCount",
        },
    ),
    "tags": TAGS,
}

BALANCING = (
    *(
        Kind("AWS::ElasticLoadBalancingV2::LoadBalancer", terraform, pulumi, _BALANCER, _BALANCER_TELLS)
        for terraform, pulumi in (
            ("aws_lb", "aws:lb/loadBalancer:LoadBalancer"),
            ("aws_alb", "aws:alb/loadBalancer:LoadBalancer"),
        )
    ),
    *(
        Kind(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            terraform,
            pulumi,
            _TARGETS,
            {"id": "", "arn": "TargetGroupArn", "name": "TargetGroupName", "arn_suffix": "TargetGroupFullName"},
        )
        for terraform, pulumi in (
            ("aws_lb_target_group", "aws:lb/targetGroup:TargetGroup"),
            ("aws_alb_target_group", "aws:alb/targetGroup:TargetGroup"),
        )
    ),
    Kind(
        "",
        "aws_lb_target_group_attachment",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        {
            "target_group_arn": "TargetGroupArn",
            "target_id": "Id",
            "port": "Port",
            "availability_zone": "AvailabilityZone",
        },
        part=Part(of="TargetGroupArn", into="Targets", many=True),
    ),
    Kind(
        "AWS::WAFv2::WebACL",
        "aws_wafv2_web_acl",
        "aws:wafv2/webAcl:WebAcl",
        {"name": "Name", "name_prefix": Ignored(), "description": "Description", "scope": "Scope", "tags": TAGS},
        {"id": "", "arn": "Arn", "name": "Name"},
    ),
    Kind(
        "AWS::WAFv2::WebACLAssociation",
        "aws_wafv2_web_acl_association",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"resource_arn": "ResourceArn", "web_acl_arn": "WebACLArn"},
    ),
    Kind(
        "AWS::WAFv2::LoggingConfiguration",
        "aws_wafv2_web_acl_logging_configuration",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        {"log_destination_configs": "LogDestinationConfigs", "resource_arn": "ResourceArn"},
    ),
)

ZONES = (
    Kind(
        "AWS::Route53::HostedZone",
        "aws_route53_zone",
        "aws:route53/zone:Zone",
        {
            "name": "Name",
            "comment": "HostedZoneConfig.Comment",
            "vpc": Objects("VPCs", {"vpc_id": "VPCId", "vpc_region": "VPCRegion"}),
            "force_destroy": Ignored(),
            "tags": Pairs("HostedZoneTags", "Key", "Value"),
        },
        {"id": "", "zone_id": "", "name": "", "name_servers": "NameServers"},
    ),
)

INVOKERS = (
    Kind(
        "AWS::Cognito::UserPool",
        "aws_cognito_user_pool",
        "aws:cognito/userPool:UserPool",
        {
            "name": "UserPoolName",
            "lambda_config": Object(
                "LambdaConfig",
                {
                    "create_auth_challenge": "CreateAuthChallenge",
                    "custom_message": "CustomMessage",
                    "define_auth_challenge": "DefineAuthChallenge",
                    "kms_key_id": "KMSKeyID",
                    "post_authentication": "PostAuthentication",
                    "post_confirmation": "PostConfirmation",
                    "pre_authentication": "PreAuthentication",
                    "pre_sign_up": "PreSignUp",
                    "pre_token_generation": "PreTokenGeneration",
                    "user_migration": "UserMigration",
                    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
                    "custom_email_sender": Object(
                        "CustomEmailSender", {"lambda_arn": "LambdaArn", "lambda_version": "LambdaVersion"}
                    ),
                    "custom_sms_sender": Object(
                        "CustomSMSSender", {"lambda_arn": "LambdaArn", "lambda_version": "LambdaVersion"}
                    ),
                },
            ),
        },
        {"id": "", "arn": "Arn", "endpoint": "ProviderName"},
    ),
    Kind(
        "AWS::ApiGatewayV2::Api",
        "aws_apigatewayv2_api",
        "aws:apigatewayv2/api:Api",
        {
            "name": "Name",
            "description": "Description",
            "protocol_type": "ProtocolType",
            "route_key": "RouteKey",
            "target": "Target",
            "credentials_arn": "CredentialsArn",
            "disable_execute_api_endpoint": "DisableExecuteApiEndpoint",
        },
        {
            "id": "",
            "api_endpoint": "ApiEndpoint",
            "execution_arn": "arn:{partition}:execute-api:{region}:{account}:{}",
        },
    ),
    Kind(
        "AWS::ApiGatewayV2::Integration",
        "aws_apigatewayv2_integration",
        "aws:apigatewayv2/integration:Integration",
        {
            "api_id": "ApiId",
            "integration_type": "IntegrationType",
            "integration_uri": "IntegrationUri",
            "integration_method": "IntegrationMethod",
            "credentials_arn": "CredentialsArn",
            "connection_type": "ConnectionType",
            "connection_id": "ConnectionId",
            "payload_format_version": "PayloadFormatVersion",
            "timeout_milliseconds": "TimeoutInMillis",
        },
    ),
)

KINDS = BALANCING + ZONES + INVOKERS
