"""Deployments of their own that are told to stop, and how each of them ended."""

import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import requests

from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.journal import Journal
from boxproof.probes.flight import Flight, Request
from boxproof.probes.held import Held
from boxproof.probes.http import Answer, Client
from boxproof.probes.operations import Operations
from boxproof.probes.startup import Startup
from boxproof.targets.base import Deployment, Ends, Exit, Image, Process, Processes, Target, Variant

if TYPE_CHECKING:
    from boxproof.clauses.histories.boots import Boots

FIRST_PROCESS = 1
#: Until a server that was told to stop answers nobody any more, and how long one look may take.
STOPPING_SECONDS = 5.0
LOOK_SECONDS = 0.5
#: What a second SIGTERM gets to do its harm in.
HARM_SECONDS = 1.0
#: A CPU limit under which every server loads slowly.
SLOW_CPUS = 0.5


@dataclass(frozen=True, slots=True)
class Stopped:
    """A server that was told to stop with a request in its hands.

    Attributes:
        before: the processes inside, before.
        ordered: when SIGTERM was sent to the first process, on the journal's clock.
        held: the request in hand.
        exit: how it ended; None when it still ran after ``grace_seconds``.
        left: the processes that were left then.
        grace_seconds: what the engine of production waits before it sends SIGKILL.
    """

    before: tuple[Process, ...]
    ordered: float
    held: Flight
    exit: Exit | None
    left: tuple[Process, ...]
    grace_seconds: float


@dataclass(frozen=True, slots=True)
class Slow:
    """A boot with little CPU, and how the server stopped that came of it.

    Attributes:
        first: the answer to the create request that was sent the moment it was ready.
        health: what the container's own HEALTHCHECK had said until then.
        stopped: how it ended with a request in hand that never does.
    """

    startup: Startup
    first: Answer | NoAnswer
    health: tuple[str, ...]
    stopped: Stopped


def told_twice(target: Target, config: Config, journal: Journal) -> Stopped:
    """SIGTERM to the first process alone, twice, around a request in hand that then goes on."""
    deployment = target.boot(Variant("told to stop twice"))
    try:
        return _stopped(deployment, config, journal, twice=True)
    finally:
        deployment.close()


def slow(target: Target, config: Config, journal: Journal) -> Slow:
    """A boot under a CPU limit, and SIGTERM with a request in hand that does not come to its end.

    Raises:
        NotJudged: with so little CPU it takes longer than ``limits.boot_seconds``.
    """
    try:
        deployment = target.boot(Variant(f"{SLOW_CPUS} CPUs", cpus=SLOW_CPUS))
    except BootFailed as error:
        if error.exit_code_seen is None:
            raise NotJudged(f"under a limit of {SLOW_CPUS} CPUs, {error}") from None
        raise
    try:
        assert isinstance(deployment, Image)
        client = Client(lambda: deployment.base_url, journal, config.limits.request_seconds)
        first: Answer | NoAnswer
        try:
            first = Operations(client, config.operations).send()
        except NoAnswer as error:
            first = error
        health = deployment.health_said()
        stopped = _stopped(deployment, config, journal, twice=False)
        return Slow(deployment.startup, first, health, stopped)
    finally:
        deployment.close()


def _stopped(deployment: Deployment, config: Config, journal: Journal, *, twice: bool) -> Stopped:
    assert isinstance(deployment, Processes)
    assert isinstance(deployment, Ends)
    assert isinstance(deployment, Image)
    create, grace_seconds = config.operations.create, deployment.stop_grace_seconds()
    request = Request(create.method, deployment.base_url + create.path, dict(create.body))
    before = deployment.processes()
    with Held(request, journal, timeout_seconds=config.limits.request_seconds) as held:
        if not held.taken_up:
            raise NotJudged("no request can be kept in hand: the server sends no '100 Continue'")
        ordered = journal.now()
        deployment.signal_process(FIRST_PROCESS, signal.SIGTERM)
        exit = None
        if twice:
            _wait_for_silence(deployment.base_url + config.health.path, journal)
            with suppress(ProcessLookupError):
                deployment.signal_process(FIRST_PROCESS, signal.SIGTERM)
            exit = deployment.ended(HARM_SECONDS)
            held.release()
        if exit is None:
            exit = deployment.ended(max(0.0, ordered + grace_seconds - journal.now()))
        if exit is not None:
            exit = Exit(exit.code, journal.now() - ordered, exit.oom_killed, exit.log)
        # With the request still in hand: given up, it would let the server end.
        left = _left(deployment) if exit is None else ()
    return Stopped(before, ordered, held.flight, exit, left, grace_seconds)


def _left(deployment: Processes) -> tuple[Process, ...]:
    """The processes that are left, unless they end in this very moment."""
    try:
        return deployment.processes()
    except EngineError:
        return ()


def _wait_for_silence(url: str, journal: Journal) -> None:
    """Wait until nobody answers: the server has noticed that it is to stop."""
    deadline = journal.now() + STOPPING_SECONDS
    while journal.now() < deadline:
        try:
            requests.get(url, timeout=LOOK_SECONDS, headers={"Connection": "close"})
        except requests.RequestException:
            return


@pytest.fixture(scope="session")
def stopped_twice(boots: "Boots") -> Stopped:
    """The server that was told to stop twice."""
    made: Stopped = boots.result("stopped_twice")
    return made


@pytest.fixture(scope="session")
def slow_boot(boots: "Boots") -> Slow:
    """The boot with little CPU."""
    made: Slow = boots.result("slow_boot")
    return made
