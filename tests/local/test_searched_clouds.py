"""The search after every test finds what a cloud, its servers or its commands have leaked."""

from __future__ import annotations

import json
from typing import Any

import searched_clouds
from databases import POSTGRESQL, Clusters
from keyturn.local.cloud import Cloud
from keyturn.local.journal import Entry
from processes import eventually
from sinks import searching

OLD, NEW = "The password before", "The password of now"


def test_a_password_of_a_secret_is_found_wherever_it_is(cloud: Cloud, make_cluster: Clusters) -> None:
    make_cluster(**POSTGRESQL)
    server: Any = cloud.database("orders")
    manager, logs = cloud.client("secretsmanager"), cloud.client("logs")
    manager.create_secret(Name="orders", SecretString=json.dumps({"password": OLD}))
    logs.create_log_group(logGroupName="function")
    logs.create_log_stream(logGroupName="function", logStreamName="one")
    with searching() as search:
        held = searched_clouds.begin(cloud)
        search.judge()
        for password in (NEW, "a third one, in neither of the two versions that have a label"):
            manager.put_secret_value(SecretId="orders", SecretString=json.dumps({"password": password}))
        now = int(cloud.clock.now().timestamp() * 1000)
        event = {"timestamp": now, "message": f"logs in with {OLD}"}
        logs.put_log_events(logGroupName="function", logStreamName="one", logEvents=[event])
        cloud.requests.add(Entry(cloud.clock.now(), "rds:Any", "caller", "us-east-1", 400, "Invalid", f"not {NEW}"))
        held.said.append(f"{NEW} is refused")
        (cloud.folder / "left").write_text(OLD)
        assert list(held.files()) == ["left"]
        assert eventually(lambda: server.execute(f'SELECT 1 AS "{NEW}"') and NEW in server.log.read_text())
        assert set(search.leaks()) == {
            f"the functions' logs: {OLD}",
            f"the request log: {NEW}",
            f"what commands have said: {NEW}",
            f"postgres.log: {NEW}",
        }
