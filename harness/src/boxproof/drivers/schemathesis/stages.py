"""Runs Schemathesis's phases one after the other, each within its share of the time."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemathesis.engine import events
from schemathesis.engine.context import EngineContext
from schemathesis.engine.control import ExecutionControl
from schemathesis.engine.core import Engine
from schemathesis.engine.observations import Observations
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.drivers.schemathesis import collect
from boxproof.drivers.schemathesis.large_documents import in_drawn_order, is_large
from boxproof.drivers.schemathesis.openapi_loading import DocumentProblem, flaw_of
from boxproof.probes.fuzzing import NO_ANSWER, Failure, Phase, Sent, smallest

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Finished:
    """One phase that is over: its numbers, what failed in it, what went wrong in the tool."""

    phase: Phase
    failures: tuple[Failure, ...]
    errors: tuple[str, ...]


class _Context(EngineContext):
    """Sends these query parameters with every request, for which Schemathesis has no setting.

    As it does with headers that are set, it leaves them out where it tries a request without them.

    Attributes:
        shared_until: where every operation of a phase gets an equal part of its time, and one case
            at least, the end of that, on ``time.monotonic``; None where each has all of its cases.
    """

    shared_until: float | None = None

    def __init__(self, schema: OpenApiSchema, query: Mapping[str, str]) -> None:
        super().__init__(schema=schema, stop_event=threading.Event(), observations=Observations())
        self._query = query

    def take_operation_slice(self) -> None:
        """Give the next operation its part; what one does not use goes to those after it."""
        if self.shared_until is None or self._slice_budget is None:
            super().take_operation_slice()
        else:
            self._thread_local.slice_deadline = self._slice_budget.take(self.shared_until)

    def get_transport_kwargs(
        self, operation: APIOperation[Any, Any, Any, Any] | None = None
    ) -> dict[str, Any]:
        """What every request is sent with."""
        sent = super().get_transport_kwargs(operation)
        return {**sent, "params": dict(self._query)} if self._query else sent


def stages(
    schema: OpenApiSchema,
    limit_seconds: float,
    query: Mapping[str, str],
    seed: int,
    hear: Callable[[ScenarioRecorder], None],
) -> Iterator[Finished]:
    """Run every phase within ``limit_seconds`` altogether, and yield each as it ends.

    The parameters of ``query`` go with every request; ``hear`` is given what was recorded. Of a
    large document's operations each has a part of a phase's time, in an order that the seed draws.

    A phase gets an equal part of the time that is left; what it does not use goes to those after
    it. One that has used up its part is wound down, with what it has seen, and the next begins.
    (A limit of Schemathesis's own would repeat phases until all of the time is used.)

    Raises:
        DocumentProblem: the document is not valid, and the tool could not go on.
    """
    try:
        yield from _stages(schema, limit_seconds, query, seed, hear)
    except Exception as error:
        # The engine takes the form of what it reads for granted.
        if flaw := flaw_of(schema):
            raise DocumentProblem(flaw) from error
        raise


def _stages(
    schema: OpenApiSchema,
    limit_seconds: float,
    query: Mapping[str, str],
    seed: int,
    hear: Callable[[ScenarioRecorder], None],
) -> Iterator[Finished]:
    end = time.monotonic() + limit_seconds
    left = list(PHASES)
    # What Engine.execute() does, with the context in hand.
    engine = _Context(schema, query)
    happened: Iterable[events.EngineEvent] = Engine(schema)._create_execution_plan().execute(engine)
    large = is_large(schema)
    if large:
        happened = in_drawn_order(schema, seed, happened)
    current: _Current | None = None
    last: tuple[Sent, ...] = ()
    for event in happened:
        if isinstance(event, events.PhaseStarted) and event.phase.name.value in left:
            share = (end - time.monotonic()) / len(left)
            engine.shared_until = time.monotonic() + share if large else None
            current = _Current(event.phase.name.value, _Watch(share, engine.control))
        elif isinstance(event, events.ScenarioFinished) and current:
            last = collect.last_requests(event.recorder) or last
            current.take(event)
            hear(event.recorder)
        elif isinstance(event, events.NonFatalError):
            if current is None:
                # Before the first phase nothing was sent: the tool could not even begin.
                raise event.value
            current.note(event, last)
        elif isinstance(event, events.PhaseFinished) and current:
            left.remove(current.name)
            yield current.finish(event)
            current = None


class _Watch:
    """Tells the engine that its time is over, unless it is ended before."""

    def __init__(self, seconds: float, control: ExecutionControl) -> None:
        self._late = False
        self._control = control
        self._timer = threading.Timer(max(seconds, 0.0), self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self._late = True
        self._control.max_time = 0

    def end(self) -> bool:
        """End the watch, give the engine its time back; True where it had rung."""
        self._timer.cancel()
        self._timer.join()
        self._control.max_time = None
        return self._late


@dataclass
class _Current:
    """The phase that runs now."""

    name: str
    watch: _Watch
    began: float = field(default_factory=time.monotonic)
    cases: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)

    def take(self, event: events.ScenarioFinished) -> None:
        """Count one operation's or one sequence's requests and keep what failed."""
        self.cases.update(collect.cases(event.recorder))
        for operation, counts in collect.statuses(event.recorder).items():
            self.statuses.setdefault(operation, Counter()).update(counts)
        self.failures.extend(collect.failures(event.recorder, self.name))
        if event.skip_reason:
            self.skipped.setdefault(event.skip_reason, []).append(str(event.label))

    def note(self, event: events.NonFatalError, last: tuple[Sent, ...]) -> None:
        """Keep an error as a failure where it is the service's, as the tool's where it is not."""
        failure = collect.problem(event, last)
        if failure is not None:
            # That nobody answers any more is known by the request that no answer came to.
            known = [each.requests[-1:] for each in self.failures if each.check == NO_ANSWER]
            if failure.check != NO_ANSWER or failure.requests[-1:] not in filter(None, known):
                self.failures.append(failure)
        else:
            self.errors.append(f"{event.label}: {type(event.value).__name__}: {event.value}")

    def finish(self, event: events.PhaseFinished) -> Finished:
        """What became of it."""
        late = self.watch.end()
        reasons = [_told(reason, labels) for reason, labels in self.skipped.items()]
        if event.phase.skip_reason:
            reasons.append(event.phase.skip_reason.display)
        phase = Phase(
            self.name,
            dict(self.cases),
            seconds=round(time.monotonic() - self.began, 3),
            cut_short=late,
            skipped="" if self.cases else "; ".join(reasons),
            statuses={operation: dict(counts) for operation, counts in self.statuses.items()},
        )
        return Finished(phase, smallest(self.failures), tuple(dict.fromkeys(self.errors)))


def _told(reason: str, labels: list[str]) -> str:
    """Why operations were left out, in a few words however many they are."""
    first, *others = dict.fromkeys(labels)
    return f"{first}: {reason}" + (f" (and {len(others)} more)" if others else "")
