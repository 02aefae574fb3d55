from clouds import cloud, make_function, name, shared
from databases import make_cluster, subnets

__all__ = ["cloud", "make_cluster", "make_function", "name", "shared", "subnets"]
