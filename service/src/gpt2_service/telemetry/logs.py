"""Every line of the log is one JSON object on stdout."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object.

    Keys: time (RFC 3339, UTC), level, logger, process, message, request_id within a request,
    exception where there is one, and whatever `extra={"fields": {...}}` adds.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if (current := request_id.get()) is not None:
            entry["request_id"] = current
        entry.update(getattr(record, "fields", {}))
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def logging_config(level: str) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`, gunicorn's loggers included."""
    quiet: dict[str, Any] = {"handlers": [], "propagate": False}
    ours: dict[str, Any] = {"handlers": ["stdout"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "gpt2_service.telemetry.logs.JsonFormatter"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stdout",
            }
        },
        "root": {"handlers": ["stdout"], "level": level.upper()},
        "loggers": {
            "gunicorn.error": ours,
            # The request log says more, in JSON.
            "gunicorn.access": quiet,
            "uvicorn.access": quiet,
            "alembic.runtime.plugins": {"level": "WARNING"},
        },
    }


def take_over(*libraries: str) -> None:
    """Let these libraries' loggers write through ours instead of handlers of their own."""
    for library in libraries:
        logger = logging.getLogger(library)
        logger.handlers.clear()
        logger.propagate = True
