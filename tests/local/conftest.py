from clouds import cloud, make_function

__all__ = ["cloud", "make_function"]
