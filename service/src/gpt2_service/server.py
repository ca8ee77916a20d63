"""How gunicorn runs the service.

gunicorn loads the application before it opens its socket (`preload_app`), so nobody can connect
before the model is loaded, and forks the workers from that process, so they share its memory.
"""

import gc
import logging
import os
import signal
import tempfile
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from gpt2_service.acceptor import Connections
from gpt2_service.boot import settings_or_exit
from gpt2_service.draining import delay_sigterm, shared_draining
from gpt2_service.telemetry.logs import logging_config
from gpt2_service.telemetry.shared import SharedFolder

log = logging.getLogger(__name__)

# A worker whose event loop does not turn for this long is replaced.
WORKER_TIMEOUT_SECONDS = 60
KEEP_ALIVE_SECONDS = 5
# What Python does on these signals by itself.
FIRST_HANDLERS = {
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
}


def gunicorn_options() -> dict[str, Any]:
    """Return gunicorn's settings; ends the process when the environment is wrong."""
    settings = settings_or_exit()
    # The first process of a container ignores signals that it has no handler for. gunicorn's own
    # handler, which is there when SIGHUP has this read again, stays.
    for number, default in FIRST_HANDLERS.items():
        if signal.getsignal(number) is default:
            signal.signal(number, _leave)
    _metrics()
    logging.captureWarnings(True)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "gpt2_service.worker.Worker",
        "preload_app": True,
        "timeout": WORKER_TIMEOUT_SECONDS,
        "graceful_timeout": settings.graceful_timeout_seconds,
        "keepalive": KEEP_ALIVE_SECONDS,
        "loglevel": settings.log_level,
        "logconfig_dict": logging_config(settings.log_level),
        "worker_tmp_dir": str(_memory_folder()),
        "control_socket_disable": True,
        "when_ready": _when_ready,
        "pre_fork": _pre_fork,
        "child_exit": _child_exit,
        "on_exit": _on_exit,
    }


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM or Ctrl-C before gunicorn serves: nothing is running that would have to end.

    A model that is being loaded or fetched in another thread is not waited for.
    """
    _metrics().remove()
    os._exit(0)


@cache
def _metrics() -> SharedFolder:
    """Return the folder of all workers' metrics; made once, also where this is read again."""
    return SharedFolder(_memory_folder())


@cache
def _connections() -> Connections:
    """Return the counts that all workers share; made once, like the metrics."""
    return Connections()


def _memory_folder() -> Path:
    """Return where heartbeats and metrics go: they must not wait for a disk.

    Docker gives every container /dev/shm, writable for any user, also beside a read-only root.
    """
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def _when_ready(_arbiter: object) -> None:
    # What is loaded stays: a collection in a worker would touch, and so copy, its pages. Most of it
    # is frozen already (`boot.boot`), so this takes milliseconds.
    gc.collect()
    gc.freeze()
    if seconds := settings_or_exit().drain_seconds:
        delay_sigterm(shared_draining(), seconds)


def _pre_fork(_arbiter: object, worker: Any) -> None:
    worker.slot = _connections().slot()


def _child_exit(_arbiter: object, worker: Any) -> None:
    _connections().vacate(worker.slot)
    try:
        _metrics().worker_ended(worker.pid)
    except Exception:
        # Full shared memory, or a file that its worker left half written: raised here, it would
        # end gunicorn's master, and with it every worker.
        log.exception("the metrics of an ended worker are lost")


def _on_exit(_arbiter: object) -> None:
    _metrics().remove()
