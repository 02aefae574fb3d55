"""Every check there is. One file per fault, named for it; adding one is a file here, a line below that imports it, and a folder in
`tests/checks/`."""

from keyturn.check import Check
from keyturn.checks.alb_logs_into_kms_bucket import alb_logs_into_kms_bucket
from keyturn.checks.api_account_role_missing import api_account_role_missing
from keyturn.checks.api_deployment_early import api_deployment_early
from keyturn.checks.api_method_without_integration import api_method_without_integration
from keyturn.checks.api_private_without_policy import api_private_without_policy
from keyturn.checks.balancer_subnets_in_one_zone import balancer_subnets_in_one_zone
from keyturn.checks.circular_dependency import circular_dependency
from keyturn.checks.cloudfront_distribution_refused import cloudfront_distribution_refused
from keyturn.checks.cloudfront_logs_need_lists import cloudfront_logs_need_lists
from keyturn.checks.cloudtrail_bucket_denies import cloudtrail_bucket_denies
from keyturn.checks.cloudtrail_selector_invalid import cloudtrail_selector_invalid
from keyturn.checks.config_order_refused import config_order_refused
from keyturn.checks.dashboard_body_invalid import dashboard_body_invalid
from keyturn.checks.db_backup_retention_refused import db_backup_retention_refused
from keyturn.checks.db_capacity_missing import db_capacity_missing
from keyturn.checks.db_capacity_refused import db_capacity_refused
from keyturn.checks.db_class_not_global import db_class_not_global
from keyturn.checks.db_class_not_offered import db_class_not_offered
from keyturn.checks.db_class_of_aurora_cluster import db_class_of_aurora_cluster
from keyturn.checks.db_cluster_missing import db_cluster_missing
from keyturn.checks.db_cluster_storage_refused import db_cluster_storage_refused
from keyturn.checks.db_engine_mode_gone import db_engine_mode_gone
from keyturn.checks.db_insights_not_offered import db_insights_not_offered
from keyturn.checks.db_insights_retention_refused import db_insights_retention_refused
from keyturn.checks.db_instance_contradicts_cluster import db_instance_contradicts_cluster
from keyturn.checks.db_master_missing import db_master_missing
from keyturn.checks.db_master_name_refused import db_master_name_refused
from keyturn.checks.db_master_password_refused import db_master_password_refused
from keyturn.checks.db_monitoring_role_missing import db_monitoring_role_missing
from keyturn.checks.db_multi_az_refused import db_multi_az_refused
from keyturn.checks.db_not_encrypted import db_not_encrypted
from keyturn.checks.db_parameter_family_refused import db_parameter_family_refused
from keyturn.checks.db_public import db_public
from keyturn.checks.db_storage_refused import db_storage_refused
from keyturn.checks.db_subnets_in_one_zone import db_subnets_in_one_zone
from keyturn.checks.db_tls_not_enforced import db_tls_not_enforced
from keyturn.checks.db_upgrade_refused import db_upgrade_refused
from keyturn.checks.db_version_not_offered import db_version_not_offered
from keyturn.checks.domain_reserved import domain_reserved
from keyturn.checks.ecs_service_before_listener import ecs_service_before_listener
from keyturn.checks.ecs_service_refused import ecs_service_refused
from keyturn.checks.elasticache_refused import elasticache_refused
from keyturn.checks.endpoint_dns_disabled import endpoint_dns_disabled
from keyturn.checks.flow_log_disagrees import flow_log_disagrees
from keyturn.checks.grant_too_wide import grant_too_wide
from keyturn.checks.iam_managed_policy_missing import iam_managed_policy_missing
from keyturn.checks.iam_policy_malformed import iam_policy_malformed
from keyturn.checks.id_is_placeholder import id_is_placeholder
from keyturn.checks.key_not_own import key_not_own
from keyturn.checks.kms_key_denies_auto_scaling import kms_key_denies_auto_scaling
from keyturn.checks.kms_key_denies_cloudtrail import kms_key_denies_cloudtrail
from keyturn.checks.kms_key_denies_config import kms_key_denies_config
from keyturn.checks.kms_key_denies_data_sync import kms_key_denies_data_sync
from keyturn.checks.kms_key_denies_encrypted_logs import kms_key_denies_encrypted_logs
from keyturn.checks.kms_key_denies_event_bus import kms_key_denies_event_bus
from keyturn.checks.kms_key_denies_event_filter import kms_key_denies_event_filter
from keyturn.checks.kms_key_denies_function_code import kms_key_denies_function_code
from keyturn.checks.kms_key_denies_job_logs import kms_key_denies_job_logs
from keyturn.checks.kms_key_denies_log_delivery import kms_key_denies_log_delivery
from keyturn.checks.kms_key_denies_logs import kms_key_denies_logs
from keyturn.checks.kms_key_denies_mail import kms_key_denies_mail
from keyturn.checks.kms_key_denies_notification import kms_key_denies_notification
from keyturn.checks.kms_key_denies_origin_access import kms_key_denies_origin_access
from keyturn.checks.kms_key_denies_publisher import kms_key_denies_publisher
from keyturn.checks.kms_key_denies_report import kms_key_denies_report
from keyturn.checks.kms_key_denies_sender import kms_key_denies_sender
from keyturn.checks.kms_key_not_rotated import kms_key_not_rotated
from keyturn.checks.kms_key_unusable import kms_key_unusable
from keyturn.checks.kms_policy_locks_out import kms_policy_locks_out
from keyturn.checks.kms_policy_malformed import kms_policy_malformed
from keyturn.checks.kms_policy_names_role_too_early import kms_policy_names_role_too_early
from keyturn.checks.lambda_handler_missing import lambda_handler_missing
from keyturn.checks.lambda_log_group_mismatch import lambda_log_group_mismatch
from keyturn.checks.lambda_module_missing import lambda_module_missing
from keyturn.checks.lambda_no_path_to_service import lambda_no_path_to_service
from keyturn.checks.lambda_permission_missing import lambda_permission_missing
from keyturn.checks.lambda_reserved_variable import lambda_reserved_variable
from keyturn.checks.lambda_role_cannot_be_assumed import lambda_role_cannot_be_assumed
from keyturn.checks.lambda_role_cannot_make_interfaces import lambda_role_cannot_make_interfaces
from keyturn.checks.lambda_role_cannot_read_source import lambda_role_cannot_read_source
from keyturn.checks.load_balancer_log_bucket_denies import load_balancer_log_bucket_denies
from keyturn.checks.log_group_kept_forever import log_group_kept_forever
from keyturn.checks.log_group_key_not_an_arn import log_group_key_not_an_arn
from keyturn.checks.log_retention_not_allowed import log_retention_not_allowed
from keyturn.checks.name_not_accepted import name_not_accepted
from keyturn.checks.name_taken_twice import name_taken_twice
from keyturn.checks.property_given_twice import property_given_twice
from keyturn.checks.property_missing import property_missing
from keyturn.checks.property_unknown import property_unknown
from keyturn.checks.queue_denies_sender import queue_denies_sender
from keyturn.checks.queue_kinds_differ import queue_kinds_differ
from keyturn.checks.resource_not_tagged import resource_not_tagged
from keyturn.checks.role_cannot_be_assumed import role_cannot_be_assumed
from keyturn.checks.rotation_function_missing import rotation_function_missing
from keyturn.checks.rotation_hosted_key_missing import rotation_hosted_key_missing
from keyturn.checks.rotation_hosted_refused import rotation_hosted_refused
from keyturn.checks.rotation_no_path_to_database import rotation_no_path_to_database
from keyturn.checks.rotation_no_path_to_secrets_manager import rotation_no_path_to_secrets_manager
from keyturn.checks.rotation_permission_late import rotation_permission_late
from keyturn.checks.rotation_permission_missing import rotation_permission_missing
from keyturn.checks.rotation_role_denies import rotation_role_denies
from keyturn.checks.rotation_rules_refused import rotation_rules_refused
from keyturn.checks.rotation_secret_incomplete import rotation_secret_incomplete
from keyturn.checks.rotation_steps_missing import rotation_steps_missing
from keyturn.checks.rotation_superuser_unreadable import rotation_superuser_unreadable
from keyturn.checks.s3_acl_disabled import s3_acl_disabled
from keyturn.checks.s3_replication_refused import s3_replication_refused
from keyturn.checks.security_group_text_refused import security_group_text_refused
from keyturn.checks.topic_denies_publisher import topic_denies_publisher
from keyturn.checks.type_unknown import type_unknown
from keyturn.checks.waf_scope_refused import waf_scope_refused

ALL: tuple[Check, ...] = tuple(each for each in globals().values() if isinstance(each, Check))
"""All that is imported above, in that order."""


def named(name: str) -> Check | None:
    """The check of this name."""
    return next((check for check in ALL if check.name == name), None)


def nearest(name: str) -> str:
    """The name of a check that is most like one that none has; empty where none is alike."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, [check.name for check in ALL], 1)), "")
