"""The gunicorn worker: uvicorn, with what gunicorn's configuration cannot say."""

import asyncio
import os
import signal
import socket
import sys
from functools import partial
from types import FrameType
from typing import Any, ClassVar, cast

from gunicorn.arbiter import Arbiter
from uvicorn import Config, Server
from uvicorn_worker import UvicornWorker

from gpt2_service.acceptor import Acceptor, Slot, most_connections
from gpt2_service.boot import settings_or_exit
from gpt2_service.draining import shared_draining
from gpt2_service.http_protocol import HttpProtocol, close_longest_silent

# How often a worker tells gunicorn that it lives, and looks whether gunicorn and its clients do.
NOTIFY_SECONDS = 1
# Between uvicorn giving up on a request and gunicorn killing the worker.
MARGIN_SECONDS = 2
# For so long a thread keeps the interpreter's lock from another that wants it, where Python itself
# takes 5 ms. A step of the model asks for it some 400 times, and the event loop and the threads of
# the history compute beside it.
SWITCH_SECONDS = 0.00002


class BalancedServer(Server):
    """uvicorn, taking its share of the connections at the sockets that all workers have."""

    def __init__(self, config: Config, slot: Slot) -> None:
        super().__init__(config)
        self._slot = slot

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # No socket for the base class, which would hand it to libuv.
        await super().startup(sockets=[])
        acceptors: list[Acceptor] = []

        def closed() -> None:
            for acceptor in acceptors:
                acceptor.count()

        connect = partial(
            HttpProtocol,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            closed=closed,
            worker_ends=lambda: self.should_exit,
            draining=shared_draining(),
        )
        existing = self.server_state.connections
        for each in sockets or []:
            acceptors.append(
                Acceptor(
                    each,
                    connect,
                    existing,
                    self._slot,
                    most_connections(settings_or_exit().max_connections),
                    partial(close_longest_silent, existing),
                    self.config.ssl,
                )
            )
        # Of a server uvicorn only wants that it can be closed.
        self.servers = cast("list[asyncio.Server]", acceptors)


class Worker(UvicornWorker):
    """A uvicorn worker that ends by itself: in time, when told to quit, and as an orphan.

    `slot` is given to it before the fork.
    """

    slot: Slot
    _server: BalancedServer

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grace = self.cfg.graceful_timeout
        self.config.timeout_graceful_shutdown = max(1, grace - MARGIN_SECONDS)
        self.config.timeout_notify = NOTIFY_SECONDS

    async def _serve(self) -> None:
        """As the base class does, with a server of our own."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self.config.app = self.wsgi
        self._server = server = BalancedServer(self.config, self.slot)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    def handle_exit(self, _signal: int, _frame: FrameType | None) -> None:
        """SIGQUIT. The base class notes it where uvicorn does not look; SIGTERM uvicorn knows."""
        signal.raise_signal(signal.SIGTERM)

    async def callback_notify(self) -> None:
        self.notify()
        for connection in list(self._server.server_state.connections):
            if isinstance(connection, HttpProtocol):
                connection.give_up_if_slow()
        # Without a master nobody would ever stop this worker, and it would keep the port.
        if os.getppid() != self.ppid:
            signal.raise_signal(signal.SIGTERM)
