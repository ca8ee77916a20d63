"""Deployments of their own that are told to stop, and how each of them ended."""

import signal
from contextlib import closing, suppress
from dataclasses import dataclass

from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Answer
from boxproof.probes.start_watch import Startup
from boxproof.scenarios.done import Done, timed_log
from boxproof.scenarios.requests_in_hand import in_hand, wait_until_noticed
from boxproof.scenarios.scheduler import ScenarioContext, background
from boxproof.targets.abilities import (
    InspectsImage,
    InspectsProcesses,
    LimitsCpu,
    Line,
    Process,
    WaitsForExit,
)
from boxproof.targets.base import Deployment, Exit, Variant
from boxproof.targets.server_processes import remaining

#: What a second SIGTERM gets to do its harm in.
HARM_SECONDS = 1.0
#: How much later than it happened an engine says that a container has ended; Podman is slow to.
TOLD_SECONDS = 10.0
#: A CPU limit under which every server loads slowly.
SLOW_CPUS = 0.5
#: What it takes in boots: two, and the whole grace period.
SLOW_BOOTS = 7


@dataclass(frozen=True, slots=True)
class Stopped:
    """A server that was told to stop with a request in its hands.

    Attributes:
        deployment: which one.
        before: the processes inside, before.
        ordered: when SIGTERM was sent to the first process, on the journal's clock.
        second: when it was sent again; None where the server no longer had the request by then,
            or was not told twice.
        request: the one in hand.
        exit: how it ended; None when it still ran after ``grace_seconds``.
        left: the processes that were left then.
        grace_seconds: what the engine of production waits before it sends SIGKILL.
        log: what it had written by the end; None where nobody can tell its times.
    """

    deployment: str
    before: tuple[Process, ...]
    ordered: float
    second: float | None
    request: Exchange
    exit: Exit | None
    left: tuple[Process, ...]
    grace_seconds: float
    log: tuple[Line, ...] | None

    def signals(self) -> tuple[Done, ...]:
        """What was done to it, and when."""
        sent = [Done(self.ordered, self.deployment, "SIGTERM to the first process")]
        if self.second is not None:
            sent.append(Done(self.second, self.deployment, "second SIGTERM to the first process"))
        return tuple(sent)


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


@background(cost_boots=SLOW_BOOTS, needs=LimitsCpu)
def slow_boot(context: ScenarioContext) -> Slow:
    """A boot under a CPU limit, and SIGTERM with a request in hand that does not come to its end.

    Raises:
        NotJudged: with so little CPU it takes longer than ``limits.boot_seconds``, which other work
            on the machine may have caused.
    """
    label = f"{SLOW_CPUS} CPUs"
    try:
        deployment = context.target.boot(Variant(label, cpus=SLOW_CPUS))
    except BootFailed as error:
        if error.exit_code_seen is None:
            raise NotJudged(
                f"under a limit of {SLOW_CPUS} CPUs, {error}",
                Cause.UNDECIDED,
                late=error.timed_out,
            ) from None
        raise
    with closing(deployment):
        first: Answer | NoAnswer
        try:
            first = context.work_of(deployment).send()
        except NoAnswer as error:
            first = error
        health = deployment.ability(InspectsImage).health_said()
        ended: Stopped | NotJudged
        try:
            ended = stopped(deployment, label, context, twice=False)
        except NotJudged as error:
            ended = error
        return Slow(deployment.startup, first, health, ended)


def stopped(
    deployment: Deployment, label: str, context: ScenarioContext, *, twice: bool
) -> Stopped:
    """SIGTERM to the first process alone, with a request in hand.

    Told once, the server waits for a request that does not come to its end; told twice, it has had
    the second SIGTERM before the request goes on.

    Raises:
        NotJudged: no request can be kept in the server's hands, or the engine does not say how the
            server ended.
    """
    server = deployment.ability(InspectsProcesses)
    waits = deployment.ability(WaitsForExit)
    journal = context.journal
    grace_seconds = deployment.ability(InspectsImage).stop_grace_seconds()
    request = context.work_of(deployment).request()
    health = context.health_of(deployment)
    before, second = server.processes(), None
    with in_hand((request,), health, journal) as kept:
        (held,) = kept.requests
        ordered = journal.now()
        server.signal_process(server.first_process(), signal.SIGTERM)
        exit = None
        if twice:
            wait_until_noticed(health, journal, lambda: not held.unanswered, grace_seconds)
            exit = waits.ended(0.0)
            # An engine tells late that a container has ended, and takes signals for it until then.
            if exit is None and remaining(server) and held.unanswered:
                with suppress(ProcessLookupError):
                    moment = journal.now()
                    server.signal_process(server.first_process(), signal.SIGTERM)
                    second = moment
                exit = waits.ended(HARM_SECONDS)
            held.release()
        if exit is None:
            exit = waits.ended(max(0.0, ordered + grace_seconds - journal.now()))
        # With the request still in hand: given up, it would let the server end.
        left = remaining(server) if exit is None else ()
        if exit is None and not left:
            exit = waits.ended(TOLD_SECONDS)
            if exit is None:
                raise NotJudged("all has ended, and the engine does not say how", Cause.UNDECIDED)
        if exit is not None:
            exit = Exit(exit.code, journal.now() - ordered, exit.oom_killed, exit.log)
    log = timed_log(deployment)
    return Stopped(label, before, ordered, second, held.exchange, exit, left, grace_seconds, log)
