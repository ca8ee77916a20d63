"""Runs Schemathesis's phases one after the other, each within its share of the time."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from schemathesis.engine import events, from_schema
from schemathesis.specs.openapi.schemas import OpenApiSchema

from boxproof.drivers.schemathesis import collect
from boxproof.probes.fuzzing import Failure, Phase, Sent, smallest

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Finished:
    """One phase that is over: its numbers, what failed in it, what went wrong in the tool."""

    phase: Phase
    failures: tuple[Failure, ...]
    errors: tuple[str, ...]


@dataclass
class _Current:
    """The phase that runs now."""

    name: str
    began: float = field(default_factory=time.monotonic)
    cases: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def finish(self, *, cut_short: bool, skipped: str = "") -> Finished:
        """What became of it."""
        reasons = "; ".join(dict.fromkeys([skipped, *self.skipped])) if not self.cases else ""
        seconds = round(time.monotonic() - self.began, 3)
        phase = Phase(self.name, dict(self.cases), seconds, cut_short, reasons.strip("; "))
        return Finished(phase, smallest(self.failures), tuple(dict.fromkeys(self.errors)))


def stages(schema: OpenApiSchema, limit_seconds: float) -> Iterator[Finished]:
    """Run every phase within ``limit_seconds`` altogether, and yield each as it ends.

    A phase gets an equal part of the time that is left; what it does not use goes to those after
    it. One that has used up its part is stopped, and the next begins.
    """
    end = time.monotonic() + limit_seconds
    left = list(PHASES)
    while left:
        for finished in _execute(schema, left, end):
            left.remove(finished.phase.name)
            yield finished
            if finished.phase.cut_short:
                break
        else:
            return


def _execute(schema: OpenApiSchema, names: list[str], end: float) -> Iterator[Finished]:
    """Run these phases in one execution of the engine, until one is cut short."""
    schema.config.phases.update(phases=names)
    stream = from_schema(schema).execute()
    pending = list(names)
    current: _Current | None = None
    watch: _Watch | None = None
    last: tuple[Sent, ...] = ()
    for event in stream:
        if isinstance(event, events.PhaseStarted) and event.phase.name.value in pending:
            current = _Current(event.phase.name.value)
            watch = _Watch((end - time.monotonic()) / len(pending), stream.stop)
        elif isinstance(event, events.ScenarioFinished) and current:
            last = collect.last_requests(event.recorder) or last
            _scenario(event, current)
        elif isinstance(event, events.NonFatalError):
            _error(event, current, last)
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.PhaseFinished) and current and watch:
            if event.phase.name.value != current.name:
                continue
            late = watch.stop()
            reason = event.phase.skip_reason
            pending.remove(current.name)
            yield current.finish(cut_short=late, skipped=reason.display if reason else "")
            current = None
            if late:
                _drain(stream)
                return


def _drain(stream: Iterator[events.EngineEvent]) -> None:
    for _ in stream:
        pass


class _Watch:
    """Calls ``stop`` unless it is stopped itself in time."""

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        self._late = threading.Event()
        self._call = stop
        self._timer = threading.Timer(max(seconds, 0.0), self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self._late.set()
        self._call()

    def stop(self) -> bool:
        """End the watch; True where it has rung."""
        self._timer.cancel()
        return self._late.is_set()


def _scenario(event: events.ScenarioFinished, current: _Current) -> None:
    current.cases.update(collect.cases(event.recorder))
    current.failures.extend(collect.failures(event.recorder, current.name))
    if event.skip_reason:
        current.skipped.append(f"{event.label}: {event.skip_reason}")


def _error(event: events.NonFatalError, current: _Current | None, last: tuple[Sent, ...]) -> None:
    failure = collect.problem(event, last)
    if current is None:
        # Before the first phase nothing was sent yet: the tool could not even begin.
        raise event.value
    if failure is not None:
        current.failures.append(failure)
    else:
        error = event.value
        current.errors.append(f"{event.label}: {type(error).__name__}: {error}")
