"""
What runs in a function's process before its code: every connection it opens is asked about, as the network would decide.

A connection that does not get through hangs until its own timeout, like packets that nobody answers. It sees what Python's sockets
do; a library that opens connections by itself is not held up.

It imports nothing of keyturn: the process has only what Lambda's has.
"""

import os
import runpy
import sys

LOST_AFTER = 127.0
"""Seconds after which Linux gives up a connection whose packets are lost, where its owner does not before."""


def main(handler: str) -> None:
    host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")
    runtime_api = (host, int(port))
    sys.addaudithook(lambda event, arguments: check(runtime_api, *arguments) if event == "socket.connect" else None)
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    sys.argv = ["awslambdaric", handler]
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


def check(runtime_api, connection, address) -> None:  # type: ignore[no-untyped-def]
    if not isinstance(address, tuple) or address[:2] == runtime_api:
        return
    if gets_through(runtime_api, str(address[0]), int(address[1])):
        return
    import time

    limit = connection.gettimeout()
    time.sleep(LOST_AFTER if limit is None else limit)
    raise TimeoutError(110, "Connection timed out")


def gets_through(runtime_api: tuple[str, int], host: str, port: int) -> bool:
    import socket
    from urllib.parse import urlencode

    with socket.create_connection(runtime_api) as connection:
        path = f"/reach?{urlencode({'host': host, 'port': port})}"
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: runtime\r\n\r\n".encode())
        return connection.recv(64).split(b" ", 2)[1] == b"204"


if __name__ == "__main__":
    main(sys.argv[1])
