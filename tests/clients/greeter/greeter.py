import os

import boto3


def handler(event, context):
    word = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["WORD"])["SecretString"]
    return f"{word}, {event['name']}"
