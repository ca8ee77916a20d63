"""An engine that runs one request after the other in a thread of its own."""

import asyncio
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor

from gpt2_service.engine.protocol import Completion, Model
from gpt2_service.errors import InternalError

log = logging.getLogger(__name__)

PROBE_PROMPT = "."
PROBE_MAX_LENGTH_TOKENS = 2


class SerialEngine:
    """Runs `Model.complete` in one thread, in order of arrival; implements `Engine`.

    A model whose latest call failed counts as unusable until a call succeeds. So that this does
    not hang on the next client's request, `failure` starts a probe of its own.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._thread = ThreadPoolExecutor(1, "model")
        self._failure: str | None = None
        self._probe: Future[Completion] | None = None

    @property
    def model_name(self) -> str:
        return self._model.name

    async def start(self) -> None:
        await asyncio.wrap_future(self._thread.submit(self._model.prepare))

    async def generate(self, prompt: str, max_length: int) -> Completion:
        asked = time.perf_counter()
        future = self._thread.submit(self._complete, prompt, max_length, asked)
        try:
            completion, waited, took = await asyncio.wrap_future(future)
        except Exception as error:
            log.exception("model call failed", extra={"fields": {"model": self._model.name}})
            raise InternalError from error
        fields = {
            "model": self._model.name,
            "model_class": self._model.kind,
            "prompt_characters": len(prompt),
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "waited_ms": round(waited * 1000, 3),
            "duration_ms": round(took * 1000, 3),
        }
        log.info("model call", extra={"fields": fields})
        return completion

    def failure(self) -> str | None:
        if self._failure is not None and (self._probe is None or self._probe.done()):
            self._probe = self._thread.submit(self._checked, PROBE_PROMPT, PROBE_MAX_LENGTH_TOKENS)
        return self._failure

    async def close(self) -> None:
        # Requests have ended by now, or were given up: nobody waits for what still runs.
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _complete(
        self, prompt: str, max_length: int, asked: float
    ) -> tuple[Completion, float, float]:
        """Return the completion, the seconds it waited for the thread and those it took."""
        started = time.perf_counter()
        completion = self._checked(prompt, max_length)
        return completion, started - asked, time.perf_counter() - started

    def _checked(self, prompt: str, max_length: int) -> Completion:
        try:
            completion = self._model.complete(prompt, max_length)
        except Exception as error:
            self._failure = f"the latest call failed: {type(error).__name__}"
            raise
        self._failure = None
        return completion
