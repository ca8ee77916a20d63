"""Deployments of their own that are told to stop, and how each of them ended."""

import signal
from contextlib import closing, suppress
from dataclasses import dataclass

from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.errors import BootFailed, EngineError
from boxproof.core.verdicts import Cause
from boxproof.probes.exchange import Exchange, send
from boxproof.probes.messages import Answer, Request
from boxproof.probes.startup import Startup
from boxproof.probes.withheld_body import WithheldBody
from boxproof.scenarios.scheduler import Site, background
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    LimitsCpu,
    Process,
    WaitsForExit,
)
from boxproof.targets.base import Deployment, Exit, Variant

#: Until a server that was told to stop answers nobody any more, and how long one look may take.
STOPPING_SECONDS = 5.0
LOOK_SECONDS = 0.5
#: What a second SIGTERM gets to do its harm in.
HARM_SECONDS = 1.0
#: A CPU limit under which every server loads slowly.
SLOW_CPUS = 0.5
#: What it takes in boots: two, and the whole grace period.
SLOW_BOOTS = 7


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
    held: Exchange
    exit: Exit | None
    left: tuple[Process, ...]
    grace_seconds: float


@dataclass(frozen=True, slots=True)
class Slow:
    """A boot with little CPU, and how the server stopped that came of it.

    Attributes:
        first: the answer to the valid request that was sent the moment it was ready.
        health: what the container's own HEALTHCHECK had said until then.
        stopped: how it ended with a request in hand that never does; or why that cannot be seen.
    """

    startup: Startup
    first: Answer | NoAnswer
    health: tuple[str, ...]
    stopped: Stopped | NotJudged


@background(boots=SLOW_BOOTS, needs=LimitsCpu)
def slow_boot(site: Site) -> Slow:
    """A boot under a CPU limit, and SIGTERM with a request in hand that does not come to its end.

    Raises:
        NotJudged: with so little CPU it takes longer than ``limits.boot_seconds``.
    """
    try:
        deployment = site.target.boot(Variant(f"{SLOW_CPUS} CPUs", cpus=SLOW_CPUS))
    except BootFailed as error:
        if error.exit_code_seen is None:
            raise NotJudged(
                f"under a limit of {SLOW_CPUS} CPUs, {error}", Cause.UNDECIDED
            ) from None
        raise
    with closing(deployment):
        first: Answer | NoAnswer
        try:
            first = site.work_of(deployment).send()
        except NoAnswer as error:
            first = error
        health = deployment.ability(InspectsImage).health_said()
        ended: Stopped | NotJudged
        try:
            ended = stopped(deployment, site, twice=False)
        except NotJudged as error:
            ended = error
        return Slow(deployment.startup, first, health, ended)


def stopped(deployment: Deployment, site: Site, *, twice: bool) -> Stopped:
    """SIGTERM to the first process alone, with a request in hand.

    Told once, the server waits for a request that does not come to its end; told twice, it has had
    the second SIGTERM before the request goes on.

    Raises:
        NotJudged: no request can be kept in the server's hands.
    """
    server = deployment.ability(InspectsProcesses)
    waits = deployment.ability(WaitsForExit)
    journal = site.journal
    grace_seconds = deployment.ability(InspectsImage).stop_grace_seconds()
    request = site.work_of(deployment).request()
    before = server.processes()
    with WithheldBody(request, journal) as held:
        if not held.accepted:
            raise NotJudged(
                "no request can be kept in hand: the server sends no '100 Continue'",
                Cause.UNDECIDED,
            )
        ordered = journal.now()
        server.signal_process(server.first_process(), signal.SIGTERM)
        exit = None
        if twice:
            _wait_for_silence(deployment, site)
            with suppress(ProcessLookupError):
                server.signal_process(server.first_process(), signal.SIGTERM)
            exit = waits.ended(HARM_SECONDS)
            held.release()
        if exit is None:
            exit = waits.ended(max(0.0, ordered + grace_seconds - journal.now()))
        if exit is not None:
            exit = Exit(exit.code, journal.now() - ordered, exit.oom_killed, exit.log)
        # With the request still in hand: given up, it would let the server end.
        left = _left(server) if exit is None else ()
    return Stopped(before, ordered, held.exchange, exit, left, grace_seconds)


def _left(server: InspectsProcesses) -> tuple[Process, ...]:
    """The processes that are left, unless they end in this very moment."""
    try:
        return server.processes()
    except EngineError:
        return ()


def _wait_for_silence(deployment: Deployment, site: Site) -> None:
    """Wait until nobody answers: the server has noticed that it is to stop."""
    deadline = site.journal.now() + STOPPING_SECONDS
    look = Request("GET", deployment.endpoint.within(LOOK_SECONDS), site.config.health.path)
    while site.journal.now() < deadline and send(look, site.journal).status is not None:
        pass
