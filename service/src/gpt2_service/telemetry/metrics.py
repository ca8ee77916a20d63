"""What Prometheus reads: requests, and what the engine reports of itself.

Names and units follow https://prometheus.io/docs/practices/naming/. In a process that gunicorn
runs, values lie in files that all workers share (`telemetry.shared`), and a scrape of any worker
tells of all of them; elsewhere they are this process's own.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from gpt2_service.telemetry.shared import FOLDER_VARIABLE, reading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
# What a client made up must not become a series of its own.
OTHER_METHOD = "other"
NO_ROUTE = "none"
NO_STATUS = "none"

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
FIRST_TOKEN_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
BATCH_SEQUENCES = (1, 2, 4, 8, 16, 32, 64)


class EngineMetrics:
    """What an engine calls as it works; cheap enough for every step."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queued = Gauge(
            "gpt2_engine_queued_texts",
            "Texts that wait for a place in the batch, over all workers.",
            registry=registry,
            # Of a worker that is gone nothing waits any more.
            multiprocess_mode="livesum",
        )
        self._batch = Histogram(
            "gpt2_engine_batch_sequences",
            "Sequences that a step of the model computed.",
            buckets=BATCH_SEQUENCES,
            registry=registry,
        )
        self._tokens = Counter("gpt2_engine_tokens", "Tokens generated.", registry=registry)
        self._first_token = Histogram(
            "gpt2_engine_first_token_seconds",
            "Seconds from a request's arrival at the engine to its first token.",
            buckets=FIRST_TOKEN_SECONDS,
            registry=registry,
        )

    def queued(self, count: int) -> None:
        """Say how many continuations wait in this worker now."""
        self._queued.set(count)

    def batch(self, count: int) -> None:
        """Say how many sequences a step computed; 0, when none runs, is no step."""
        if count:
            self._batch.observe(count)

    def tokens(self, count: int) -> None:
        """Say how many tokens were generated since the last call."""
        self._tokens.inc(count)

    def first_token(self, seconds: float) -> None:
        """Say how long a request waited for its first token."""
        self._first_token.observe(seconds)


class Metrics:
    """Everything that one application counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "gpt2_http_requests",
            "Answered requests; status `none`: the client disconnected before its answer.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "gpt2_http_request_duration_seconds",
            "Seconds from a request's head to the end of its answer.",
            ("method", "route"),
            buckets=REQUEST_SECONDS,
            registry=self._registry,
        )
        self.engine = EngineMetrics(self._registry)

    def request(self, method: str, route: str | None, status: int | None, seconds: float) -> None:
        """Count a request; `route` is the template of its path, None where there is none."""
        known = method if method in METHODS else OTHER_METHOD
        path = route or NO_ROUTE
        self._requests.labels(known, path, str(status or NO_STATUS)).inc()
        self._seconds.labels(known, path).observe(seconds)

    def exposition(self) -> str:
        """Return every value in Prometheus's text format, version 0.0.4.

        Blocks: reads the files of all workers where there are any.
        """
        folder = os.environ.get(FOLDER_VARIABLE)
        if folder is None:
            return generate_latest(self._registry).decode()
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)
        with reading(folder):
            return generate_latest(registry).decode()
