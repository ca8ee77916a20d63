"""HEALTHCHECK of the image: exit 0 when this container answers `GET /health` with 200.

It runs every few seconds, so it imports as little as it can.
"""

import os
import socket
import sys

TIMEOUT_SECONDS = 4


def status_line(port: int) -> str:
    """The first line of the answer, as in `HTTP/1.1 200 OK`. Raises OSError."""
    with (
        socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return answer.readline(200).decode("ascii", "replace").strip()


def main() -> int:
    port = int(os.environ.get("PORT") or 8000)
    try:
        line = status_line(port)
    except OSError as error:
        line = str(error)
    print(f"GET /health on port {port}: {line}")
    return 0 if line.split()[1:2] == ["200"] else 1


if __name__ == "__main__":
    sys.exit(main())
