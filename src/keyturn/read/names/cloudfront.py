"""CloudFront's distributions and how they reach buckets."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Ignored, Kind, Object, Objects, Rule, inside

_BEHAVIOUR: dict[str, Rule] = {
    "target_origin_id": "TargetOriginId",
    "viewer_protocol_policy": "ViewerProtocolPolicy",
    "allowed_methods": "AllowedMethods",
    "cached_methods": "CachedMethods",
    "cache_policy_id": "CachePolicyId",
    "origin_request_policy_id": "OriginRequestPolicyId",
    "response_headers_policy_id": "ResponseHeadersPolicyId",
    "compress": "Compress",
    "default_ttl": "DefaultTTL",
    "min_ttl": "MinTTL",
    "max_ttl": "MaxTTL",
    "trusted_key_groups": "TrustedKeyGroups",
    "function_association": Objects("FunctionAssociations", {"event_type": "EventType", "function_arn": "FunctionARN"}),
    "lambda_function_association": Objects(
        "LambdaFunctionAssociations",
        {"event_type": "EventType", "lambda_arn": "LambdaFunctionARN", "include_body": "IncludeBody"},
    ),
    "forwarded_values": Object(
        "ForwardedValues",
        {
            "query_string": "QueryString",
            "query_string_cache_keys": "QueryStringCacheKeys",
            "headers": "Headers",
            "cookies": Object("Cookies", {"forward": "Forward", "whitelisted_names": "WhitelistedNames"}),
        },
    ),
}

_DISTRIBUTION: dict[str, Rule] = {
    "aliases": "Aliases",
    "comment": "Comment",
    "default_root_object": "DefaultRootObject",
    "enabled": "Enabled",
    "http_version": "HttpVersion",
    "is_ipv6_enabled": "IPV6Enabled",
    "price_class": "PriceClass",
    "web_acl_id": "WebACLId",
    "default_cache_behavior": Object("DefaultCacheBehavior", _BEHAVIOUR),
    "ordered_cache_behavior": Objects("CacheBehaviors", {**_BEHAVIOUR, "path_pattern": "PathPattern"}),
    "logging_config": Object("Logging", {"bucket": "Bucket", "include_cookies": "IncludeCookies", "prefix": "Prefix"}),
    "origin": Objects(
        "Origins",
        {
            "domain_name": "DomainName",
            "origin_id": "Id",
            "origin_path": "OriginPath",
            "origin_access_control_id": "OriginAccessControlId",
            "connection_attempts": "ConnectionAttempts",
            "connection_timeout": "ConnectionTimeout",
            "custom_header": Objects("OriginCustomHeaders", {"name": "HeaderName", "value": "HeaderValue"}),
            "custom_origin_config": Object(
                "CustomOriginConfig",
                {
                    "http_port": "HTTPPort",
                    "https_port": "HTTPSPort",
                    "origin_protocol_policy": "OriginProtocolPolicy",
                    "origin_ssl_protocols": "OriginSSLProtocols",
                    "origin_keepalive_timeout": "OriginKeepaliveTimeout",
                    "origin_read_timeout": "OriginReadTimeout",
                },
            ),
            "s3_origin_config": Object("S3OriginConfig", {"origin_access_identity": "OriginAccessIdentity"}),
        },
    ),
    "restrictions": Object(
        "Restrictions",
        {
            "geo_restriction": Object(
                "GeoRestriction", {"restriction_type": "RestrictionType", "locations": "Locations"}
            )
        },
    ),
    "viewer_certificate": Object(
        "ViewerCertificate",
        {
            "acm_certificate_arn": "AcmCertificateArn",
            "cloudfront_default_certificate": "CloudFrontDefaultCertificate",
            "iam_certificate_id": "IamCertificateId",
            "minimum_protocol_version": "MinimumProtocolVersion",
            "ssl_support_method": "SslSupportMethod",
        },
    ),
}

KINDS = (
    Kind(
        "AWS::CloudFront::Distribution",
        "aws_cloudfront_distribution",
        "aws:cloudfront/distribution:Distribution",
        {
            **inside("DistributionConfig", _DISTRIBUTION),
            "retain_on_delete": Ignored(),
            "wait_for_deployment": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "arn": "arn:{partition}:cloudfront::{account}:distribution/{}", "domain_name": "DomainName"},
    ),
    Kind(
        "AWS::CloudFront::OriginAccessControl",
        "aws_cloudfront_origin_access_control",
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        inside(
            "OriginAccessControlConfig",
            {
                "name": "Name",
                "description": "Description",
                "origin_access_control_origin_type": "OriginAccessControlOriginType",
                "signing_behavior": "SigningBehavior",
                "signing_protocol": "SigningProtocol",
            },
        ),
    ),
)
