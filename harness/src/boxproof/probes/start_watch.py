"""Watches a service from the order to start until it is ready."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from boxproof.config.operations import ValidRequest
from boxproof.core import cancellation
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.journal.entries import BecameReady
from boxproof.probes.exchange import send
from boxproof.probes.messages import Request

#: Between two looks: a share of how long it takes already, for each costs the start a little.
PAUSE_SHARE = 0.025
LEAST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 0.25
ATTEMPT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One look at the health path; ``status`` is None where no HTTP answer came."""

    t: float
    status: int | None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Startup:
    """One start, in seconds on the journal's clock.

    Attributes:
        ordered: when it was ordered.
        began: when the service's own first process ran: what an engine does before that (networks,
            volumes, other services that it depends on) is not the service's doing.
        ready: when its health path said so.
        attempts: every look at that path.
    """

    ordered: float
    began: float
    ready: float
    attempts: tuple[Attempt, ...] = ()

    @property
    def seconds(self) -> float:
        """From the start of its own first process until ready."""
        return self.ready - self.began


def watch(
    endpoint: Callable[[], Endpoint | None],
    health: ValidRequest,
    journal: Journal,
    *,
    ordered: float,
    began: float,
    limit_seconds: float,
    gone: threading.Event,
    deployment: str = "",
) -> Startup | None:
    """Look at the health path until it says ready; None at the limit, or once the server is gone.

    ``endpoint`` returns None while the address is not known yet. ``gone`` is set by whoever
    notices that the server has ended, and ends the wait at once.
    """
    attempts: list[Attempt] = []
    deadline = began + limit_seconds
    while journal.now() < deadline and not gone.is_set():
        at = endpoint()
        if at is not None:
            # Known before it is ready: what is sent meanwhile belongs to it as well.
            journal.reached_at(at.url, deployment)
            attempt = look(at, health.path, journal)
            attempts.append(attempt)
            if health.is_success(attempt.status):
                journal.write(
                    BecameReady(
                        deployment=deployment,
                        url=at.at(health.path),
                        seconds=round(attempt.t - began, 6),
                        attempts=len(attempts),
                    )
                )
                return Startup(ordered, began, attempt.t, tuple(attempts))
        pause = min(PAUSE_SHARE * (journal.now() - began), LONGEST_PAUSE_SECONDS)
        cancellation.wait(max(pause, LEAST_PAUSE_SECONDS), gone)
    return None


def look(endpoint: Endpoint, path: str, journal: Journal) -> Attempt:
    """Ask the health path once."""
    exchange = send(Request("GET", endpoint.within(ATTEMPT_SECONDS), path), journal)
    text = endpoint.redacted(exchange.body.decode("utf-8", "replace"))
    return Attempt(exchange.ended or journal.now(), exchange.status, text)
