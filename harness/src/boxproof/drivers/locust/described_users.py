"""A locustfile: users of the operations that ``boxproof.toml`` describes.

Locust has patched the standard library by the time that it loads this.
"""

import itertools
import logging
import random
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import gevent
from locust import FastHttpUser, between

from boxproof.config import load
from boxproof.config.load_options import HEALTH, ROOT, STREAM, WORK
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Welcome
from boxproof.core.breaches import NotJudged
from boxproof.drivers.locust import recording
from boxproof.drivers.locust.event_pieces import pieces
from boxproof.drivers.locust.load_plan import Plan
from boxproof.endpoint import Tls
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.work import Work
from boxproof.targets.endpoints import endpoint_at

#: Of work whose texts may repeat, so many different requests are made beforehand.
POOL = 64


@dataclass(frozen=True)
class Ready:
    """A request, made beforehand."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


PLAN = Plan.handed_over()
CONFIG = load(Path(PLAN.config))
ENDPOINT = endpoint_at(PLAN.url, CONFIG, tls=Tls(Path(PLAN.ca_file) if PLAN.ca_file else None))
QUOTA = None if PLAN.quota is None else PLAN.quota.quota()


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=PLAN.ca_file or None)


def _evenly(pace_seconds: float) -> Callable[[Any], float]:
    """Waits after which a user asks once in each period of its own, at a moment drawn anew.

    Users who come together would otherwise ask in the same instants for ever.
    """

    def wait(user: "DescribedUser") -> float:
        now = time.monotonic()
        user.period = max(user.period + pace_seconds, now - pace_seconds)
        return max(0.0, user.period + random.uniform(0, pace_seconds) - now)

    return wait


class DescribedUser(FastHttpUser):
    """Does what the weights say, and waits as the plan says."""

    host = PLAN.url
    network_timeout = connection_timeout = CONFIG.limits.request_seconds
    insecure = False
    ssl_context_factory = staticmethod(_trust) if ENDPOINT.is_encrypted else None
    wait_time = (
        between(*PLAN.wait_seconds) if PLAN.pace_seconds is None else _evenly(PLAN.pace_seconds)
    )

    def on_start(self) -> None:
        """Begin the first period; nothing is asked in it before its moment."""
        self.period = time.monotonic()
        if PLAN.pace_seconds is not None:
            time.sleep(random.uniform(0, PLAN.pace_seconds))

    def on_stop(self) -> None:
        """Close its connections: who has left holds nothing of the service."""
        self.client.client.close()


def _requests(valid: ValidRequest, fields: dict[str, Any]) -> Iterator[Ready]:
    """Valid requests without end; where nothing in them must be new, a few again and again."""
    work = Work(Client(lambda: ENDPOINT, Journal()), valid)
    is_new = valid.text_unique or valid.takes_id

    def made(number: int) -> Ready:
        text = work.texts.fresh() if valid.text is not None and number else None
        request = work.request(fields, text)
        payload = request.payload
        media = {"Content-Type": payload.media_type} if payload and payload.media_type else {}
        headers = {**ENDPOINT.every_header(), **media, **dict(request.headers)}
        url = urljoin(PLAN.url, ENDPOINT.target(request.url))
        return Ready(request.method, url, headers, payload.content if payload else None)

    if is_new:
        yield from map(made, itertools.count())
    yield from itertools.cycle([made(number) for number in range(POOL)])


def _task(valid: ValidRequest, fields: dict[str, Any], name: str) -> Callable[[Any], None]:
    """What a user does: one request, which is done, refused, or fails."""
    requests = _requests(valid, fields)
    streaming = CONFIG.streaming if name == STREAM else None
    told = f"{valid.path} (stream)" if streaming else valid.path
    # The lines of a stream are read as they come.
    plain = {"Accept-Encoding": "identity"} if streaming else {}

    def ask(user: DescribedUser) -> None:
        request = next(requests)
        if QUOTA is not None:
            try:
                QUOTA.admit(request.method)
            except NotJudged as why:
                logging.error("%s", why)
                # Not in this greenlet, which ends with the others.
                gevent.spawn(user.environment.runner.quit)
                return
        began = time.perf_counter()
        with user.client.request(
            request.method,
            request.url,
            name=told,
            data=request.body,
            headers={**request.headers, **plain},
            allow_redirects=False,
            catch_response=True,
            stream=streaming is not None,
        ) as response:
            if not response.status_code:
                return
            if not valid.is_success(response.status_code):
                response.failure(str(response.status_code))
                return
            if streaming is not None:
                arrivals = list[float]()
                try:
                    for _ in pieces(response.stream, streaming):
                        arrivals.append(time.perf_counter() - began)
                except Exception as broken:
                    response.failure(broken)
                    return
                response.request_meta["response_time"] = (time.perf_counter() - began) * 1000
                if not arrivals:
                    response.failure("no text")
                    return
                spent = arrivals[-1] - arrivals[0]
                rate = (len(arrivals) - 1) / spent if spent > 0 else None
                recording.streamed(f"{request.method} {told}", arrivals[0], rate)
            response.success()

    ask.__name__ = name
    return ask


def _operations(config: Config) -> Iterator[tuple[str, ValidRequest, dict[str, Any]]]:
    """What users can do, by name."""
    welcome = config.welcome or Welcome()
    yield ROOT, ValidRequest(path=welcome.path, method="GET"), {}
    yield HEALTH, config.health.request, {}
    yield WORK, config.work, {}
    if config.streaming is not None:
        yield STREAM, config.work, dict(config.streaming.body)


# Each as often as it weighs: that is what Locust draws from.
DescribedUser.tasks = [
    drawn
    for name, valid, fields in _operations(CONFIG)
    for drawn in [_task(valid, fields, name)] * PLAN.weights.get(name, 0)
]
recording.listen()
