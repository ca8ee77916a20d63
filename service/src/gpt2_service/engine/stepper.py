"""The thread that steps a batch. It alone touches the model."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from gpt2_service.engine.interfaces import Model
from gpt2_service.engine.sequences import Batch, Sequence
from gpt2_service.engine.turns import take_turns

log = logging.getLogger(__name__)

#: Whoever computes all the time comes after the event loops, which answer in a moment when they are
#: let: a busy machine then makes texts later, not health.
NICE = 10

#: A step takes what the latest ones took in the median: one of them may have been held up.
STEPS = 15
LEAST_STEPS = 5
#: Steps of a text may take longer than those before it, where longer texts have come meanwhile.
MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do: sequences that wait, and those that the latest step advanced."""

    waiting: int
    stepped: int


class Listener(Protocol):
    """Is notified of what happened, on the event loop."""

    def advanced(self, sequences: list[Sequence], load: Load) -> None:
        """These got a token or ended; none when only the load changed."""

    def failed(self, sequences: list[Sequence], reason: str) -> None:
        """The model failed on these; they have left."""

    def refused(self, sequence: Sequence) -> None:
        """What is left of its time is less than its text takes; it has left."""

    def died(self, reason: str) -> None:
        """The thread has ended of an error; nothing is computed any more."""


class Stepper:
    """Joins sequences as clients take turns, steps, and notifies a listener.

    A text that would not end in time, by how long steps take at the moment and the tokens that it
    may have, does not join: it would only be thrown away.
    """

    def __init__(self, model: Model, slots: int, max_tokens: int, listener: Listener) -> None:
        self._model = model
        self._slots = slots
        self._max_tokens = max_tokens
        self._listener = listener
        # The thread's own.
        self._batch: Batch | None = None
        self._running: set[Sequence] = set()
        self._steps: deque[float] = deque(maxlen=STEPS)
        # How long a step takes, 0 where that is not known yet; anybody may read it.
        self.step_seconds = 0.0
        # Shared, under the condition.
        self._wake = threading.Condition()
        self._waiting: deque[Sequence] = deque()
        self._dropped: list[Sequence] = []
        self._stop = False

    async def start(self) -> None:
        """Start the thread and make the model ready in it; raises what that raises."""
        self._loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="model", daemon=True)
        self._thread.start()
        await ready

    def add(self, sequences: list[Sequence]) -> int:
        """Let sequences wait for slots; returns how many wait."""
        with self._wake:
            self._waiting.extend(sequences)
            self._wake.notify()
            return len(self._waiting)

    def drop(self, sequences: list[Sequence]) -> None:
        """Give sequences up: before the next step they leave the queue or the batch."""
        with self._wake:
            self._dropped += sequences
            self._wake.notify()

    def stop(self, seconds: float) -> None:
        """End the thread after its step; waits for that so many seconds."""
        with self._wake:
            self._stop = True
            self._wake.notify()
        self._thread.join(seconds)

    # In the thread.

    def _run(self, ready: "asyncio.Future[None]") -> None:
        # Only on Linux does a thread have a priority of its own.
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            self._model.prepare()
            self._new_batch()
        except Exception as error:
            self._notify(ready.set_exception, error)
            return
        self._notify(ready.set_result, None)
        try:
            while self._receive():
                if self._running:
                    self._step()
        except Exception as error:
            log.exception("the model thread died", extra={"fields": {"model": self._model.name}})
            self._notify(self._listener.died, f"the model thread died: {type(error).__name__}")

    def _new_batch(self) -> Batch:
        self._batch = self._model.batch(self._slots, self._max_tokens)
        return self._batch

    def _receive(self) -> bool:
        """Wait for something to do, then drop and join; False at the end."""
        with self._wake:
            self._wake.wait_for(
                lambda: self._running or self._waiting or self._dropped or self._stop
            )
            if self._stop:
                return False
            dropped, self._dropped = set(self._dropped), []
            if dropped:
                self._waiting = deque(one for one in self._waiting if one not in dropped)
            staying = self._running - dropped
            joining = take_turns(self._waiting, staying, self._slots - len(staying))
        for sequence in dropped & self._running:
            self._leave(sequence)
        for sequence in joining:
            self._join(sequence)
        if not self._running:
            self._advanced([], 0)
        return True

    def _leave(self, sequence: Sequence) -> None:
        self._running.discard(sequence)
        try:
            if self._batch is not None:
                self._batch.leave(sequence)
        except Exception as error:
            self._give_up(error)

    def _join(self, sequence: Sequence) -> None:
        now = time.monotonic()
        try:
            batch = self._batch or self._new_batch()
            batch.join(sequence)
            needed = sequence.tokens_left * self.step_seconds * MARGIN
            # Where nothing runs, no step would ever correct what slow ones have said.
            if self._running and now + needed > sequence.deadline:
                batch.leave(sequence)
                self._notify(self._listener.refused, sequence)
                return
        except Exception as error:
            self._failed([sequence], error)
        else:
            sequence.joined = now
            self._running.add(sequence)

    def _step(self) -> None:
        stepped = len(self._running)
        began = time.monotonic()
        try:
            assert self._batch is not None
            advanced = self._batch.step()
        except Exception as error:
            self._give_up(error)
            return
        self._steps.append(time.monotonic() - began)
        if len(self._steps) >= LEAST_STEPS:
            self.step_seconds = median(self._steps)
        self._running.difference_update(one for one in advanced if one.ended)
        for sequence in advanced:
            if sequence.error is not None:
                self._failed([sequence], sequence.error)
        self._advanced([one for one in advanced if one.error is None], stepped)
        if not self._running:
            self._advanced([], 0)

    def _give_up(self, error: Exception) -> None:
        """Fail all that runs: in which state the batch is nobody knows."""
        self._batch = None
        running = list(self._running)
        self._running.clear()
        self._failed(running, error)

    def _failed(self, sequences: list[Sequence], error: Exception) -> None:
        fields = {"model": self._model.name}
        log.error("model call failed", exc_info=error, extra={"fields": fields})
        reason = f"the latest call failed: {type(error).__name__}"
        self._notify(self._listener.failed, sequences, reason)

    def _advanced(self, sequences: list[Sequence], stepped: int) -> None:
        self._notify(self._listener.advanced, sequences, Load(len(self._waiting), stepped))

    def _notify(self, call: Callable[..., object], *args: object) -> None:
        """Run a call on the event loop; it may be gone at the end."""
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            log.debug("the event loop has ended")
