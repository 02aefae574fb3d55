"""
Write facts/data/managed_policies.txt (which there are) and managed_policies.json (what functions' roles mostly have) from moto's copy of
what IAM's ListPolicies answers.

    python tools/generate_managed_policies.py
"""

from __future__ import annotations

import json
from pathlib import Path

import moto
from moto.iam.aws_managed_policies import aws_managed_policies_data

DATA = Path(__file__).resolve().parent.parent / "src" / "keyturn" / "facts" / "data"
DOCUMENTS = """
AWSLambdaBasicExecutionRole AWSLambdaVPCAccessExecutionRole AWSLambdaSQSQueueExecutionRole AWSLambdaDynamoDBExecutionRole
AWSLambdaKinesisExecutionRole AWSLambdaENIManagementAccess AWSLambdaRole AWSLambdaExecute AWSXRayDaemonWriteAccess AdministratorAccess
PowerUserAccess SecretsManagerReadWrite CloudWatchLogsFullAccess AmazonSQSFullAccess AmazonDynamoDBFullAccess AmazonS3FullAccess
AmazonS3ReadOnlyAccess AmazonSNSFullAccess AWSKeyManagementServicePowerUser AmazonRDSDataFullAccess
AWSXrayWriteOnlyAccess CloudWatchLambdaInsightsExecutionRolePolicy AWSLambdaMSKExecutionRole AmazonECSTaskExecutionRolePolicy
AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerRegistryPullOnly AmazonElasticContainerRegistryPublicReadOnly
"""


def main() -> None:
    policies = json.loads(aws_managed_policies_data)
    day = max(policy["UpdateDate"] for policy in policies.values())[:10]
    source = f"as answered by iam:ListPolicies, up to {day}, in the copy of moto {moto.__version__}"
    names = sorted(policy["Path"].lstrip("/") + name for name, policy in policies.items())
    (DATA / "managed_policies.txt").write_text(f"# AWS managed policies {source}\n" + "\n".join(names) + "\n")
    wanted = {
        policies[name]["Path"].lstrip("/") + name: policies[name]["Document"] for name in sorted(DOCUMENTS.split())
    }
    (DATA / "managed_policies.json").write_text(json.dumps(wanted, indent=1) + "\n")


if __name__ == "__main__":
    main()
