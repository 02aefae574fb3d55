"""
What Lambda's runtimes bring with them.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html (the SDK is part of the runtime),
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html (`cfnresponse`, for code
that is written into a template); read 2026-11-24.
"""

from __future__ import annotations

import sys

PYTHON_MODULES = frozenset(sys.stdlib_module_names) | {
    *("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six", "simplejson"),
    *("awslambdaric", "runtime_client", "snapshot_restore_py", "bootstrap", "pip", "setuptools", "pkg_resources"),
    *("asynchat", "asyncore", "distutils", "imp", "smtpd", "typing_extensions"),
}
"""Modules that a function in Python can import without bringing them, in one version of the runtime or another."""

INLINE_MODULES = frozenset({"cfnresponse"})
"""Those that code written into a template can import besides."""
