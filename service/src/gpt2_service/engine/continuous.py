"""The engine of one worker: a thread that steps a batch, and an event loop that hands it work.

The thread alone touches the model. The event loop alone touches generations, counts and time
limits, so nothing here waits for the model: what does not fit is refused at once.
"""

import asyncio
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from gpt2_service.engine.failures import OverdueError, SaturatedError
from gpt2_service.engine.generation import Generation, GenerationRequest
from gpt2_service.engine.sequences import Batch, Ticket
from gpt2_service.errors import InternalError, ServiceStoppingError

log = logging.getLogger(__name__)

PROBE = GenerationRequest(prompt=".", max_length=2)
# Seeds fit into what JSON numbers carry exactly (RFC 8259, section 6).
SEED_BITS = 53


class BatchModel(Protocol):
    """A loaded model that makes batches. Its methods are called from one thread."""

    name: str
    kind: str

    def prepare(self) -> None:
        """Make the model ready in this process and thread; called once after the fork."""

    def batch(self, slots: int, max_tokens: int) -> Batch:
        """Return an empty batch."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an engine takes on."""

    # Continuations that run together, and that may wait for a slot.
    slots: int = 16
    waiting: int = 64
    # Tokens of prompt and continuation together.
    max_tokens: int = 200
    request_seconds: float = 60.0


class ContinuousEngine:
    """Runs requests together on one model.

    A model whose latest step failed counts as unusable until a step succeeds. So that this does
    not hang on the next client's request, `failure` starts a probe of its own.
    """

    def __init__(self, model: BatchModel, limits: Limits) -> None:
        self._model = model
        self._limits = limits
        self._closing = False
        self._open: dict[Ticket, Generation] = {}
        self._failure: str | None = None
        self._probe: Generation | None = None
        # What the thread is told, under the condition.
        self._wake = threading.Condition()
        self._waiting: deque[Ticket] = deque()
        self._dropped: list[Ticket] = []
        self._stop = False

    @property
    def model_name(self) -> str:
        """The name that records carry."""
        return self._model.name

    @property
    def open(self) -> int:
        """How many continuations wait or run."""
        return len(self._open)

    async def start(self) -> None:
        """Start the thread and make the model ready in it."""
        self._loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="model", daemon=True)
        self._thread.start()
        await ready

    def submit(self, request: GenerationRequest) -> Generation:
        """Take a request; never waits.

        Raises SaturatedError when there is no room and ServiceStoppingError after `close`. The
        generation raises OverdueError when the time is over and InternalError when the model fails.
        """
        if self._closing:
            raise ServiceStoppingError
        if self.open + request.choices > self._limits.slots + self._limits.waiting:
            raise SaturatedError
        return self._take(request)

    def failure(self) -> str | None:
        """Say why the model cannot answer at the moment; None when it can. Never waits."""
        if (
            self._failure is not None
            and not self._closing
            and (self._probe is None or self._probe.done)
        ):
            self._probe = self._take(PROBE)
        return self._failure

    async def close(self, drain_seconds: float | None = None) -> None:
        """Take no more requests, let the taken ones end, and give back the thread.

        What has not ended after `drain_seconds` ends with ServiceStoppingError.
        """
        self._closing = True
        results = {generation.ended for generation in self._open.values()}
        if results:
            await asyncio.wait(results, timeout=drain_seconds)
        for generation in set(self._open.values()):
            self._end(generation, ServiceStoppingError())
        with self._wake:
            self._stop = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    # On the event loop.

    def _take(self, request: GenerationRequest) -> Generation:
        seed = secrets.randbits(SEED_BITS) if request.seed is None else request.seed
        generation = Generation(request, seed, self._cancelled)
        self._open.update(dict.fromkeys(generation.tickets, generation))
        seconds = self._limits.request_seconds
        timer = self._loop.call_later(seconds, self._end, generation, OverdueError(seconds))
        generation.ended.add_done_callback(lambda _ended: timer.cancel())
        with self._wake:
            self._waiting.extend(generation.tickets)
            self._wake.notify()
        return generation

    def _cancelled(self, generation: Generation) -> None:
        self._end(generation, None)

    def _end(self, generation: Generation, error: Exception | None) -> None:
        """End a generation early: with an error, or (None) because nobody waits for it."""
        dropped = [ticket for ticket in generation.tickets if self._open.pop(ticket, None)]
        with self._wake:
            self._dropped += dropped
            self._wake.notify()
        if error is None:
            generation.abandon()
        else:
            generation.fail(error)

    def _moved(self, tickets: Iterable[Ticket]) -> None:
        """Tell the generations of tickets on which something changed."""
        self._failure = None
        told: dict[Generation, None] = {}
        for ticket in tickets:
            generation = self._open.get(ticket)
            if generation is None:
                continue
            if ticket.progress.finish_reason is not None:
                del self._open[ticket]
            told[generation] = None
        for generation in told:
            generation.tell()
            if generation.done:
                self._log(generation)

    def _failed(self, tickets: Iterable[Ticket], failure: str | None) -> None:
        self._failure = failure or self._failure
        for generation in {self._open[ticket] for ticket in tickets if ticket in self._open}:
            self._end(generation, InternalError())

    def _log(self, generation: Generation) -> None:
        result = generation.ended.result()
        fields = {
            "model": self._model.name,
            "model_class": self._model.kind,
            "prompt_characters": len(generation.request.prompt),
            "prompt_tokens": result.prompt_tokens,
            "completion_tokens": result.completion_tokens,
            "first_token_ms": round(result.first_token_seconds * 1000, 3),
            "duration_ms": round(result.seconds * 1000, 3),
        }
        log.info("model call", extra={"fields": fields})

    # In the thread.

    def _run(self, ready: "asyncio.Future[None]") -> None:
        try:
            self._model.prepare()
            batch = self._new_batch()
        except Exception as error:
            self._tell(ready.set_exception, error)
            return
        self._tell(ready.set_result, None)
        running: set[Ticket] = set()
        while self._receive(batch, running):
            if not running:
                continue
            try:
                moved = batch.step()
            except Exception as error:
                log.exception("model step failed", extra={"fields": {"model": self._model.name}})
                reason = f"the latest step failed: {type(error).__name__}"
                self._tell(self._failed, tuple(running), reason)
                running.clear()
                batch = self._new_batch()
                continue
            running -= {one for one in moved if one.progress.finish_reason is not None}
            self._tell(self._moved, moved)

    def _new_batch(self) -> Batch:
        return self._model.batch(self._limits.slots, self._limits.max_tokens)

    def _receive(self, batch: Batch, running: set[Ticket]) -> bool:
        """Wait for something to do, then drop and join; False at the end."""
        with self._wake:
            while not (running or self._waiting or self._dropped or self._stop):
                self._wake.wait()
            if self._stop:
                return False
            dropped, self._dropped = set(self._dropped), []
            self._waiting = deque(one for one in self._waiting if one not in dropped)
            count = min(len(self._waiting), self._limits.slots - len(running - dropped))
            joining = [self._waiting.popleft() for _ in range(count)]
        for ticket in dropped & running:
            batch.leave(ticket)
            running.discard(ticket)
        for ticket in joining:
            try:
                batch.join(ticket)
            except Exception:
                log.exception("model refused", extra={"fields": {"model": self._model.name}})
                self._tell(self._failed, (ticket,), None)
            else:
                running.add(ticket)
        return True

    def _tell(self, call: Callable[..., object], *args: object) -> None:
        """Run a call on the event loop; it may be gone at the end."""
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:
            log.debug("the event loop has ended")
