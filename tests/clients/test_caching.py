"""aws-secretsmanager-caching: a value is fetched once, and a new one is seen after the cache's time."""

from __future__ import annotations

from aws_secretsmanager_caching import SecretCache, SecretCacheConfig

from keyturn.local.cloud import Cloud
from processes import eventually


def fetched(cloud: Cloud) -> int:
    return sum(entry.action == "secretsmanager:GetSecretValue" for entry in cloud.requests)


def test_a_value_is_fetched_once(cloud: Cloud) -> None:
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="word", SecretString="old")
    cache = SecretCache(client=secrets)
    assert [cache.get_secret_string("word") for _ in range(10)] == ["old"] * 10
    assert fetched(cloud) == 1


def test_a_new_value_is_seen_after_the_caches_time(cloud: Cloud) -> None:
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="word", SecretString="old")
    cache = SecretCache(config=SecretCacheConfig(secret_refresh_interval=1), client=secrets)
    assert cache.get_secret_string("word") == "old"
    secrets.put_secret_value(SecretId="word", SecretString="new")
    assert eventually(lambda: cache.get_secret_string("word") == "new")
