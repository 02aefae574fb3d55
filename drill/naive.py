"""
A rotation as it is often written: one user, one password, changed in place.

Written for the drill alone, which has to notice what it does to people: from setSecret on, whoever has the password under AWSCURRENT is
locked out until the label moves, and whoever keeps a password for longer is locked out until they ask again.
"""

from __future__ import annotations

import json
from typing import Any

from keyturn.rotation.passwords import generate
from secretsmanager import ARN, CURRENT, PENDING
from world import World


def handle(world: World, event: dict[str, Any]) -> None:
    """One step."""
    manager, token = world.manager, event["ClientRequestToken"]
    match event["Step"]:
        case "createSecret":
            value = json.loads(manager.value(CURRENT) or "{}") | {"password": generate()}
            manager.put_secret_value(
                SecretId=ARN, ClientRequestToken=token, SecretString=json.dumps(value), VersionStages=[PENDING]
            )
        case "setSecret":
            world.kind.change_by_hand(world, world.password(PENDING) or "")
        case "testSecret":
            assert world.logs_in(world.password(PENDING) or "")
        case "finishSecret":
            manager.update_secret_version_stage(
                SecretId=ARN, VersionStage=CURRENT, MoveToVersionId=token, RemoveFromVersionId=manager.holder(CURRENT)
            )


def provision(world: World) -> None:
    """The user and its first password, by hand, as such rotations find them."""
    password = generate()
    world.kind.make(world, password)
    world.manager.put_by_hand(json.dumps({"username": world.user, "password": password}))
    world.password()
