"""The gunicorn worker: uvicorn, with what gunicorn's configuration cannot say."""

from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

# Between uvicorn giving up on a request and gunicorn killing the worker.
MARGIN_SECONDS = 2


class Worker(UvicornWorker):
    """A uvicorn worker that ends by itself before gunicorn has to kill it."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grace = self.cfg.graceful_timeout
        self.config.timeout_graceful_shutdown = max(1, grace - MARGIN_SECONDS)
