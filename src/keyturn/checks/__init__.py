"""Every check there is. One file per fault, named for it; adding one is a file here, a line below, and a folder in `tests/checks/`."""

from keyturn.check import Check
from keyturn.checks.db_class_not_offered import db_class_not_offered
from keyturn.checks.db_version_not_offered import db_version_not_offered
from keyturn.checks.kms_key_denies_logs import kms_key_denies_logs
from keyturn.checks.rotation_function_missing import rotation_function_missing
from keyturn.checks.rotation_permission_late import rotation_permission_late
from keyturn.checks.rotation_permission_missing import rotation_permission_missing
from keyturn.checks.rotation_role_denies import rotation_role_denies

ALL: tuple[Check, ...] = (
    db_class_not_offered,
    db_version_not_offered,
    kms_key_denies_logs,
    rotation_function_missing,
    rotation_permission_late,
    rotation_permission_missing,
    rotation_role_denies,
)


def named(name: str) -> Check | None:
    """The check of this name."""
    return next((check for check in ALL if check.name == name), None)
