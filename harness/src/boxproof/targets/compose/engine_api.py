"""The engine's own HTTP API, for what its command tells only by a process of its own each time."""

import json
import socket
import subprocess
import threading
from http.client import HTTPConnection, HTTPException
from typing import Any

from boxproof.core.errors import EngineError
from boxproof.targets.compose import engine

#: What the engine may take to answer one request.
ANSWER_SECONDS = 5.0


class EngineApi:
    """One connection, made when first needed, and made again after it was lost.

    The docker command carries it (``docker system dial-stdio``, as it does for itself over SSH), so
    that the context in force, its TLS and DOCKER_HOST count as they do for every other command.
    One thread asks, any may close it.
    """

    def __init__(self) -> None:
        self._connection: _Connection | None = None
        self._closed = False
        self._lock = threading.Lock()

    def get(self, path: str) -> Any:
        """What the engine says of a path, from JSON; None where it has no such thing.

        Raises:
            EngineError: it cannot be asked.
        """
        connection = self._connected()
        try:
            connection.request("GET", path, headers={"Host": "docker"})
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        except (OSError, HTTPException, ValueError) as error:
            self._drop()
            raise EngineError(f"docker system dial-stdio: {error!r}") from None

    def close(self) -> None:
        """End the connection, under whatever request; safe to call twice."""
        with self._lock:
            self._closed = True
        self._drop()

    def _connected(self) -> "_Connection":
        with self._lock:
            if self._closed:
                raise EngineError("the run is ending; the engine is not asked any more")
            if self._connection is None:
                self._connection = _Connection()
            return self._connection

    def _drop(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.end()


class _Connection(HTTPConnection):
    """HTTP through the standard input and output of a docker command."""

    def __init__(self) -> None:
        super().__init__("docker", timeout=ANSWER_SECONDS)
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = engine.launch(
                ["docker", "system", "dial-stdio"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
            )
        ours.settimeout(ANSWER_SECONDS)
        self.sock = ours

    def connect(self) -> None:
        """A lost connection stays lost: :class:`EngineApi` makes another one.

        Raises:
            ConnectionError: always.
        """
        raise ConnectionError("the engine closed the connection")

    def end(self) -> None:
        """End the docker command, which wakes whoever waits for an answer."""
        engine.end(self._child)
        self.close()
