"""What there is in a cloud, as the status page shows it: names and states, never a value of a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from keyturn.local.cloudformation.stack import Stack
from keyturn.local.console.explained import check_of
from keyturn.local.journal import Entry, Journal
from keyturn.local.secretsmanager.chronicle import Happened
from keyturn.local.secretsmanager.secret import Secret
from keyturn.local.services import Services

RECENT = 50


def status(services: Services, journal: Journal, now: datetime) -> dict[str, Any]:
    """Everything, as JSON."""
    entries = [*journal]
    return {
        "time": now.isoformat(timespec="seconds"),
        "stacks": [_stack(stack) for stack in services.stacks.all()],
        "secrets": [_secret(secret) for secret in services.secrets.all()],
        "rotations": [_happened(each) for each in services.secrets.chronicle][-RECENT:][::-1],
        "databases": [_database(name, services, region) for region, name in services.databases.names()],
        "calls": journal.total,
        "recent": [_entry(entry) for entry in entries[-RECENT:]][::-1],
        "refusals": [_entry(entry) for entry in entries if entry.refused][-RECENT:][::-1],
    }


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "status": stack.status,
        "reason": stack.reason,
        "resources": [
            {"name": made.logical, "type": made.type, "id": made.identity, "status": made.status, "reason": made.reason}
            for made in stack.resources.values()
        ],
    }


def _secret(secret: Secret) -> dict[str, Any]:
    rotation = secret.rotation
    return {
        "name": secret.name,
        "rotating": secret.rotating,
        "enabled": bool(rotation and rotation.enabled),
        "last": _moment(rotation.last) if rotation else None,
        "next": _moment(rotation.next[1]) if rotation and rotation.next else None,
        "versions": [
            {"id": version.id, "labels": list(version.stages), "created": _moment(version.created)}
            for version in secret.versions.values()
            if version.stages
        ],
    }


def _happened(each: Happened) -> dict[str, Any]:
    return {"time": _moment(each.time), "event": each.event, "secret": each.secret, "version": each.version}


def _database(name: str, services: Services, region: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "region": region}
    server = services.databases.server(region, name)
    if server is None:
        return told
    counted = server.counted()
    if counted is None:
        return told
    return {
        **told,
        "host": server.host,
        "port": server.port,
        "version": str(server.version),
        "connections": counted.connections,
        "refused": counted.refused,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "time": _moment(entry.time),
        "action": entry.action,
        "caller": entry.caller,
        "status": entry.status,
        "code": entry.code,
        "message": entry.message,
        "explained": check_of(entry.code, entry.message),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
