"""The engine on the event loop, with models that tests drive step by step."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest
from models import FailingModel, HeldModel

from gpt2_service.engine.continuous import ContinuousEngine, Limits
from gpt2_service.engine.errors import (
    ClientGoneError,
    NoTimeLeftError,
    NotStartedError,
    OverdueError,
    SaturatedError,
)
from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.engine.scripted import SCRIPT, ScriptedBatch, ScriptedModel
from gpt2_service.engine.sequences import Sequence
from gpt2_service.engine.text import Transcript
from gpt2_service.errors import InternalError, ServiceStoppingError

REQUEST = GenerationRequest(prompt="one two", max_length=10)
LIMITS = Limits(slots=2, waiting=3, max_tokens=200, request_seconds=60)
PATIENCE_SECONDS = 20


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test, which may not hang."""

    @wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), PATIENCE_SECONDS))

    return run


@asynccontextmanager
async def started(model: ScriptedModel, limits: Limits = LIMITS) -> AsyncIterator[ContinuousEngine]:
    engine = ContinuousEngine(model, limits)
    await engine.start()
    try:
        yield engine
    finally:
        if isinstance(model, HeldModel):
            model.allow()
        await engine.close()


@on_a_loop
async def test_result_says_what_was_used_and_why_it_ended() -> None:
    """The result holds the text with its prompt, the counts, the reason and the seed."""
    async with started(ScriptedModel()) as engine:
        result = await engine.submit(replace(REQUEST, seed=7)).result()
    assert result.choices[0].text.startswith("one two ")
    assert len(result.choices[0].text.split()) == 10
    assert (result.prompt_tokens, result.completion_tokens) == (2, 8)
    assert result.choices[0].finish_reason == "length"
    assert result.seed == 7


@on_a_loop
async def test_pieces_put_together_are_the_text() -> None:
    """A stream yields every choice's text in pieces, in order and completely."""
    async with started(ScriptedModel(0.001)) as engine:
        generation = engine.submit(replace(REQUEST, choices=2))
        texts = ["one two", "one two"]
        pieces = 0
        async for piece in generation.pieces():
            assert piece is not None
            texts[piece.index] += piece.text
            pieces += 1
        result = await generation.result()
    assert texts == [choice.text for choice in result.choices]
    assert pieces > 2


@on_a_loop
async def test_a_request_beyond_the_queue_is_refused_at_once() -> None:
    """Slots and queue together are the limit; refusing needs no step of the model."""
    model = HeldModel()
    async with started(model) as engine:
        taken = [engine.submit(REQUEST) for _ in range(5)]
        with pytest.raises(SaturatedError):
            engine.submit(REQUEST)
        model.allow()
        await asyncio.gather(*(generation.result() for generation in taken))
        await engine.submit(REQUEST).result()
    assert max(model.sizes) == LIMITS.slots


@on_a_loop
async def test_choices_count_one_by_one() -> None:
    """A request for more choices than there is room is refused whole."""
    async with started(HeldModel()) as engine:
        engine.submit(replace(REQUEST, choices=4))
        with pytest.raises(SaturatedError):
            engine.submit(replace(REQUEST, choices=2))
        assert engine.open == 4


@on_a_loop
async def test_an_overdue_request_ends_and_makes_room() -> None:
    """It says whether it was begun: 504 for what held a slot, 503 for what waited for one."""
    model = HeldModel()
    async with started(model, replace(LIMITS, request_seconds=0.2)) as engine:
        # Two choices, so that both slots are taken at once.
        taken = [engine.submit(replace(REQUEST, choices=2))]
        taken += [engine.submit(REQUEST) for _ in range(3)]
        outcomes = await asyncio.gather(*(one.result() for one in taken), return_exceptions=True)
        assert [type(one) for one in outcomes] == [OverdueError] + [NotStartedError] * 3
        assert engine.open == 0
        model.allow()


@on_a_loop
async def test_a_text_that_would_not_end_in_time_is_not_begun() -> None:
    """Not a token of it is computed; others end meanwhile."""
    async with started(ScriptedModel(0.01), replace(LIMITS, request_seconds=2)) as engine:
        running = engine.submit(replace(REQUEST, max_length=60))
        short = engine.submit(REQUEST)
        long = engine.submit(replace(REQUEST, max_length=200))
        with pytest.raises(NoTimeLeftError):
            await long.result()
        assert not running.done
        assert [one.completion_tokens for one in long.sequences] == [0]
        await asyncio.gather(running.result(), short.result())


@on_a_loop
async def test_a_request_is_refused_where_too_much_is_to_be_done_before_it() -> None:
    """At once, although there is room in the queue: it would wait for nothing."""
    limits = replace(LIMITS, waiting=20, request_seconds=5)
    async with started(ScriptedModel(0.01), limits) as engine:
        await engine.submit(REQUEST).result()
        long = replace(REQUEST, max_length=120)
        # Each pair takes a second at least, and longer where the machine is slow.
        taken = [engine.submit(long)]
        with suppress(SaturatedError):
            while len(taken) < limits.waiting:
                taken.append(engine.submit(long))
        assert len(taken) < limits.waiting
        # Another client has its turn before most of them.
        taken.append(engine.submit(long, "another"))
        for one in taken:
            one.cancel(ClientGoneError())


@on_a_loop
async def test_one_slow_step_keeps_nobody_out() -> None:
    """A machine that was suspended, say."""
    model = HeldModel()
    model.allow(20)
    async with started(model, replace(LIMITS, request_seconds=1)) as engine:
        await asyncio.gather(*(engine.submit(REQUEST).result() for _ in range(4)))
        slow = engine.submit(replace(REQUEST, max_length=200))
        with pytest.raises(OverdueError):
            await slow.result()
        model.allow()
        result = await engine.submit(replace(REQUEST, choices=2)).result()
        assert result.completion_tokens == 16


@on_a_loop
async def test_slow_steps_keep_nobody_out_for_good() -> None:
    """Where nothing runs, no step would ever correct them."""
    model = ScriptedModel(0.05)
    async with started(model, replace(LIMITS, request_seconds=0.5)) as engine:
        with pytest.raises(OverdueError):
            await engine.submit(replace(REQUEST, max_length=30)).result()
        with pytest.raises(OverdueError):
            await engine.submit(replace(REQUEST, max_length=30)).result()


@on_a_loop
async def test_a_cancelled_request_frees_its_slot() -> None:
    """What was cancelled is computed no further, and its stream ends."""
    model = HeldModel()
    async with started(model) as engine:
        first, second = engine.submit(REQUEST), engine.submit(REQUEST)
        model.allow(1)
        async for _piece in first.pieces():
            break
        first.cancel(ClientGoneError())
        first.cancel(ClientGoneError())
        with pytest.raises(ClientGoneError):
            await first.result()
        model.allow()
        await second.result()
        assert engine.open == 0
    assert first.sequences[0].completion_tokens <= 2
    assert model.sizes[-1] == 1


@on_a_loop
async def test_closing_drains_what_was_taken() -> None:
    """After `close` began, requests are refused, and those that were taken end well."""
    model = HeldModel()
    engine = ContinuousEngine(model, LIMITS)
    await engine.start()
    taken = [engine.submit(REQUEST) for _ in range(4)]
    closing = asyncio.create_task(engine.close())
    await asyncio.sleep(0)
    with pytest.raises(ServiceStoppingError):
        engine.submit(REQUEST)
    model.allow()
    await closing
    assert all(generation.done for generation in taken)
    assert (await taken[3].result()).completion_tokens == 8


@on_a_loop
async def test_draining_ends_with_its_time() -> None:
    """What has not ended in time ends with ServiceStoppingError."""
    model = HeldModel()
    engine = ContinuousEngine(model, LIMITS)
    await engine.start()
    generation = engine.submit(REQUEST)
    closing = asyncio.create_task(engine.close(drain_seconds=0.05))
    with pytest.raises(ServiceStoppingError):
        await generation.result()
    model.allow()
    await closing


@on_a_loop
async def test_a_failing_model_is_reported_and_probed() -> None:
    """A failed step fails what ran; the engine is unusable until a step of its own succeeds."""
    model = FailingModel()
    async with started(model) as engine:
        generation = engine.submit(REQUEST)
        with pytest.raises(InternalError):
            await generation.result()
        model.broken = False
        assert engine.failure() == "the latest call failed: RuntimeError"
        while engine.failure() is not None:
            await asyncio.sleep(0.001)
        assert (await engine.submit(REQUEST).result()).completion_tokens == 8


@on_a_loop
async def test_a_model_that_cannot_start_says_so() -> None:
    """An error while the model is made ready comes out of `start`."""

    class Unready(ScriptedModel):
        def prepare(self) -> None:
            raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        await ContinuousEngine(Unready(), LIMITS).start()


@on_a_loop
async def test_a_stop_sequence_is_not_in_the_stream() -> None:
    """Text that may be the beginning of a stop sequence is held back."""
    stop = f"{SCRIPT[3]} {SCRIPT[4]}"
    async with started(ScriptedModel(0.001)) as engine:
        generation = engine.submit(GenerationRequest("x", max_length=40, stop=(stop,)))
        text = "".join([piece.text async for piece in generation.pieces() if piece])
        result = await generation.result()
    assert stop not in text
    assert result.choices[0].text == "x" + text
    assert result.choices[0].finish_reason == "stop"


@on_a_loop
async def test_a_batch_that_cannot_be_made_again_is_tried_again() -> None:
    """The thread outlives a model that fails for a while; nobody waits in vain."""

    class Exhausted(FailingModel):
        room = True

        def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
            if not self.room:
                raise MemoryError
            return super().batch(slots, max_tokens)

    model = Exhausted()
    async with started(model) as engine:
        model.room = False
        # The first breaks the batch, the second finds none.
        for reason in ("RuntimeError", "MemoryError"):
            with pytest.raises(InternalError):
                await engine.submit(REQUEST).result()
            assert engine._failure == f"the latest call failed: {reason}"
        model.room, model.broken = True, False
        assert (await engine.submit(REQUEST).result()).completion_tokens == 8
        assert engine.failure() is None


@on_a_loop
async def test_a_batch_that_cannot_drop_a_text_is_given_up() -> None:
    """What runs in it fails, and the next request gets a new one."""

    class Sticky(HeldModel):
        def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
            batch = super().batch(slots, max_tokens)

            def refuse(_sequence: Sequence) -> None:
                raise RuntimeError("it sticks")

            vars(batch)["leave"] = refuse
            return batch

    model = Sticky()
    async with started(model) as engine:
        both = engine.submit(REQUEST), engine.submit(REQUEST)
        # The thread may begin its first step before there is a second request.
        model.allow(2)
        async for _piece in both[1].pieces():
            break
        both[0].cancel(ClientGoneError())
        model.allow()
        with pytest.raises(InternalError):
            await both[1].result()
        assert (await engine.submit(REQUEST).result()).completion_tokens == 8


@on_a_loop
async def test_a_text_that_cannot_join_fails_alone() -> None:
    """What runs beside it goes on."""

    class Picky(HeldModel):
        def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
            batch = super().batch(slots, max_tokens)
            join = batch.join

            def pick(sequence: Sequence) -> None:
                if sequence.request.prompt == "bad":
                    raise ValueError("no such text")
                join(sequence)

            vars(batch)["join"] = pick
            return batch

    model = Picky()
    async with started(model) as engine:
        good, bad = engine.submit(REQUEST), engine.submit(replace(REQUEST, prompt="bad"))
        model.allow()
        with pytest.raises(InternalError):
            await bad.result()
        assert (await good.result()).completion_tokens == 8


@on_a_loop
async def test_a_text_that_fails_in_a_step_fails_alone() -> None:
    """What runs beside it goes on, and the model stays usable."""

    class Careful(HeldModel):
        def batch(self, slots: int, max_tokens: int) -> ScriptedBatch:
            batch = super().batch(slots, max_tokens)
            extend = batch._extend

            def fail(sequence: Sequence, transcript: Transcript) -> None:
                if sequence.request.prompt == "bad":
                    sequence.error = ValueError("no such token")
                    batch.leave(sequence)
                else:
                    extend(sequence, transcript)

            vars(batch)["_extend"] = fail
            return batch

    model = Careful()
    async with started(model) as engine:
        good, bad = engine.submit(REQUEST), engine.submit(replace(REQUEST, prompt="bad"))
        # The thread may begin its first step before there is a second request.
        model.allow(2)
        with pytest.raises(InternalError):
            await bad.result()
        model.allow()
        assert (await good.result()).completion_tokens == 8
        assert engine.failure() is None


@on_a_loop
async def test_an_idle_engine_takes_more_choices_than_there_is_room_for() -> None:
    """Otherwise such a request could never be answered."""
    async with started(ScriptedModel(), Limits(slots=1, waiting=0)) as engine:
        result = await engine.submit(replace(REQUEST, choices=4)).result()
    assert [choice.finish_reason for choice in result.choices] == ["length"] * 4


class Notes:
    """Writes down what it is notified of; an `EngineObserver`."""

    def __init__(self) -> None:
        self.notified: dict[str, list[float]] = {}

    def queued(self, count: int) -> None:
        self.notified.setdefault("queued", []).append(count)

    def batch(self, count: int) -> None:
        self.notified.setdefault("batch", []).append(count)

    def tokens(self, count: int) -> None:
        self.notified.setdefault("tokens", []).append(count)

    def first_token(self, seconds: float) -> None:
        self.notified.setdefault("first_token", []).append(seconds)


@on_a_loop
async def test_an_observer_hears_of_queue_batch_tokens_and_first_tokens() -> None:
    """Every step, every token, once per request; and in the end that nothing waits or runs."""
    notes, model = Notes(), HeldModel()
    engine = ContinuousEngine(model, LIMITS, notes)
    await engine.start()
    taken = [engine.submit(REQUEST) for _ in range(4)]
    model.allow()
    await asyncio.gather(*(generation.result() for generation in taken))
    while notes.notified["batch"][-1]:
        await asyncio.sleep(0)
    await engine.close()
    assert max(notes.notified["queued"]) >= 2
    assert notes.notified["queued"][-1] == 0
    assert max(notes.notified["batch"]) == LIMITS.slots
    assert sum(notes.notified["tokens"]) == 4 * 8
    assert len(notes.notified["first_token"]) == 4
    assert all(seconds >= 0 for seconds in notes.notified["first_token"])


@on_a_loop
async def test_a_model_that_ends_no_step_is_unusable_until_it_does() -> None:
    """Health must say so while clients wait, and again that all is well afterwards."""
    model = HeldModel()
    async with started(model, replace(LIMITS, stalled_seconds=0)) as engine:
        assert engine.failure() is None
        generation = engine.submit(REQUEST)
        assert str(engine.failure()).startswith("no step of the model has ended for ")
        assert str(engine.stuck()).startswith("no step of the model has ended for ")
        model.allow()
        await generation.result()
        assert engine.failure() is engine.stuck() is None


@on_a_loop
async def test_a_thread_that_died_is_said_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it: what was taken fails at once, and so does what comes later."""

    def fail(*_: object) -> None:
        raise KeyError("in the thread's own work")

    async with started(ScriptedModel()) as engine:
        monkeypatch.setattr("gpt2_service.engine.stepper.Stepper._step", fail)
        generation = engine.submit(REQUEST)
        with pytest.raises(InternalError):
            await generation.result()
        assert engine.failure() == engine.stuck() == "the model thread died: KeyError"
        with pytest.raises(InternalError):
            engine.submit(REQUEST)


@on_a_loop
async def test_a_client_with_less_in_work_goes_before_one_with_more() -> None:
    """Whose texts, each a choice of one request, waited first; they keep their order."""
    model = HeldModel()
    async with started(model) as engine:
        many = engine.submit(replace(REQUEST, choices=4), "alice")
        assert await asyncio.to_thread(model.started.wait, PATIENCE_SECONDS)
        one = engine.submit(REQUEST, "bob")
        model.allow()
        await asyncio.gather(many.result(), one.result())
    joined = [sequence.joined for sequence in many.sequences]
    assert None not in joined
    assert joined == sorted(sequence.joined or 0 for sequence in many.sequences)
    assert one.joined is not None
    # The first two end in one step. Of the slots that they leave, the second one is bob's.
    assert one.joined < (joined[3] or 0)
