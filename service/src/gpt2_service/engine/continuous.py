"""The engine of one worker: a thread that steps a batch, and an event loop that hands it work.

The event loop alone touches generations, counts and time limits, so nothing here waits for the
model: what does not fit is refused at once.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from dataclasses import dataclass

from anyio import to_thread

from gpt2_service.engine.errors import (
    NoTimeLeftError,
    NotStartedError,
    OverdueError,
    SaturatedError,
)
from gpt2_service.engine.generation import Generation
from gpt2_service.engine.interfaces import EngineObserver, Model, Unobserved
from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.engine.sequences import Sequence
from gpt2_service.engine.stepper import Load, Stepper
from gpt2_service.errors import InternalError, ServiceStoppingError

log = logging.getLogger(__name__)

PROBE = GenerationRequest(prompt=".", max_length=2)
# Seeds fit into what JSON numbers carry exactly (RFC 8259, section 6).
SEED_BITS = 53
# What the thread has for its step when the worker ends; it is not waited for any longer.
LAST_STEP_SECONDS = 1.0
# A step takes milliseconds; one on a tenth of a core, with the longest prompts, a few seconds.
STALLED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an engine takes on."""

    # Continuations that run together, and that may wait for a slot.
    slots: int = 16
    waiting: int = 64
    # Tokens of prompt and continuation together.
    max_tokens: int = 200
    request_seconds: float = 60.0
    # Without a step for so long, a model that has something to do counts as hung.
    stalled_seconds: float = STALLED_SECONDS


class ContinuousEngine:
    """Runs requests together on one model.

    A model whose latest call failed counts as unusable until a call succeeds. So that this does
    not hang on the next client's request, `failure` starts a probe of its own. A model that has
    something to do and ends no step counts as unusable until it does, and one whose thread died
    for good.
    """

    def __init__(
        self, model: Model, limits: Limits, observer: EngineObserver | None = None
    ) -> None:
        self._model = model
        self._limits = limits
        self._observer = observer or Unobserved()
        self._stepper = Stepper(model, limits.slots, limits.max_tokens, self)
        self._closing = False
        self._open: dict[Sequence, Generation] = {}
        self._failure: str | None = None
        self._death: str | None = None
        # When a step last ended, or the model had nothing to do.
        self._progressed = time.monotonic()
        self._probe: Generation | None = None

    @property
    def model_name(self) -> str:
        """The name that records carry."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """What decides a text besides its request."""
        return self._model.fingerprint

    @property
    def model_defaults(self) -> Sampling:
        """How tokens are chosen where a request does not say."""
        return self._model.defaults

    @property
    def open(self) -> int:
        """How many continuations wait or run."""
        return len(self._open)

    async def start(self) -> None:
        """Start the thread and make the model ready in it."""
        await self._stepper.start()

    def submit(self, request: GenerationRequest, client: str = "") -> Generation:
        """Take a request of a client; never waits.

        A request with more choices than there is room for at all is taken when nothing else is
        there. Raises SaturatedError when there is no room, or so much to do before it that it would
        not end in time, and ServiceStoppingError after `close`. The generation raises
        NotStartedError or OverdueError when its time is over, NoTimeLeftError when what is left of
        that is not enough, and InternalError when the model fails.
        """
        if self._closing:
            raise ServiceStoppingError
        if self._death is not None:
            raise InternalError
        if self.open and self.open + request.choices > self._limits.slots + self._limits.waiting:
            raise SaturatedError
        if self.open and self._seconds_until_end_of(request, client) > self._limits.request_seconds:
            raise SaturatedError
        return self._take(request, client)

    def stuck(self) -> str | None:
        """Say why the model's thread does nothing any more; None while it works or waits for work.

        Only a new process mends that. A call that failed shows in `failure` alone: the next one
        may succeed. Never waits.
        """
        if self._death is not None:
            return self._death
        silent_seconds = time.monotonic() - self._progressed
        if self._open and silent_seconds > self._limits.stalled_seconds:
            return f"no step of the model has ended for {silent_seconds:.0f} s"
        return None

    def failure(self) -> str | None:
        """Say why the model cannot answer at the moment; None when it can. Never waits."""
        stuck = self.stuck()
        if stuck is not None:
            return stuck
        probing = self._probe is not None and not self._probe.done
        if self._failure is not None and not probing and not self._closing:
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
        await to_thread.run_sync(self._stepper.stop, LAST_STEP_SECONDS)

    def advanced(self, sequences: list[Sequence], load: Load) -> None:
        """Notify the generations of sequences that got a token; see `stepper.Listener`."""
        self._progressed = time.monotonic()
        self._observer.queued(load.waiting)
        self._observer.batch(load.stepped)
        if not sequences:
            return
        self._failure = None
        self._observer.tokens(sum(one.completion_tokens > 0 for one in sequences))
        generations = dict.fromkeys(
            generation for one in sequences if (generation := self._open.get(one)) is not None
        )
        for sequence in sequences:
            if sequence.finish_reason is not None:
                self._open.pop(sequence, None)
        for generation in generations:
            self._notify(generation)

    def failed(self, sequences: list[Sequence], reason: str) -> None:
        """End the generations of sequences on which the model failed; see `stepper.Listener`."""
        self._failure = reason
        self._progressed = time.monotonic()
        self._observer.batch(0)
        for generation in {self._open[one] for one in sequences if one in self._open}:
            self._end(generation, InternalError())

    def refused(self, sequence: Sequence) -> None:
        """End the generation of a sequence that would not end in time; see `stepper.Listener`."""
        generation = self._open.get(sequence)
        if generation is not None:
            self._end(generation, NoTimeLeftError(self._limits.request_seconds))

    def died(self, reason: str) -> None:
        """End every generation, for nobody computes any more; see `stepper.Listener`."""
        self._death = reason
        self._observer.batch(0)
        for generation in set(self._open.values()):
            self._end(generation, InternalError())

    def _seconds_until_end_of(self, request: GenerationRequest, client: str) -> float:
        """Estimate when a request taken now would end: all tokens before it, then its own.

        Before it come what runs, what else its client asked for, and of every other client as many
        texts as it will have itself (`turns`). Too short where further clients come later and have
        their turn first; what is late then is refused when its turn comes.
        """
        seen = Counter[str]()
        own = sum(one.client == client for one in self._open) + request.choices
        before = 0
        for sequence in self._open:
            seen[sequence.client] += 1
            is_first = sequence.joined is not None or sequence.client == client
            if is_first or seen[sequence.client] <= own:
                before += sequence.tokens_left
        steps = before / self._limits.slots + request.most_tokens
        return steps * self._stepper.step_seconds

    def _take(self, request: GenerationRequest, client: str = "") -> Generation:
        seed = secrets.randbits(SEED_BITS) if request.seed is None else request.seed
        if not self._open:
            self._progressed = time.monotonic()
        limit = self._limits.request_seconds
        generation = Generation(request, seed, self._model.defaults, limit, self._end, client)
        self._open.update(dict.fromkeys(generation.sequences, generation))
        timer = asyncio.get_running_loop().call_later(limit, self._overdue, generation)
        generation.ended.add_done_callback(lambda _ended: timer.cancel())
        self._observer.queued(self._stepper.add(generation.sequences))
        return generation

    def _notify(self, generation: Generation) -> None:
        waited_for_first = generation.first_token is None
        generation.notify()
        if waited_for_first and generation.first_token is not None:
            self._observer.first_token(generation.first_token - generation.asked)
        if generation.done:
            self._log(generation, "finished")

    def _overdue(self, generation: Generation) -> None:
        seconds = self._limits.request_seconds
        waits = generation.joined is None
        self._end(generation, NotStartedError(seconds) if waits else OverdueError(seconds))

    def _end(self, generation: Generation, error: Exception) -> None:
        """End a generation early."""
        if generation.done:
            return
        dropped = [one for one in generation.sequences if self._open.pop(one, None) is not None]
        self._stepper.drop(dropped)
        generation.fail(error)
        self._log(generation, str(error))

    def _log(self, generation: Generation, outcome: str) -> None:
        """Write the line of one model call, in the context of the request that made it."""
        now = time.monotonic()
        sequences = generation.sequences
        joined, first = generation.joined, generation.first_token
        fields = {
            "model": self._model.name,
            "model_class": self._model.kind,
            "outcome": outcome,
            "prompt_characters": len(generation.request.prompt),
            "prompt_tokens": max(one.prompt_tokens for one in sequences),
            "completion_tokens": sum(one.completion_tokens for one in sequences),
            "choices": len(sequences),
            "waited_ms": _milliseconds((joined or now) - generation.asked),
            "first_token_ms": None if first is None else _milliseconds(first - generation.asked),
            "duration_ms": _milliseconds(0.0 if joined is None else now - joined),
        }
        generation.context.run(log.info, "model call", extra={"fields": fields})


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)
