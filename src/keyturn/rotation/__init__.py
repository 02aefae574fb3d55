"""
The rotation function: it changes a database password while everyone stays logged in.

The invariant, at every instant and after a crash at any point: the value under AWSCURRENT logs in,
and the one under AWSPREVIOUS logs in until its grace period ends.

This package is deployed as it is, with its driver beside it, so it imports only itself, botocore and
PyMySQL. Start at `handler.handle`; `steps` is the order of things, `engine` what a database must offer.
"""
