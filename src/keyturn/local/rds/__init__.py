"""RDS: clusters and instances, each backed by a real server."""
