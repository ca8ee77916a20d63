"""The engine that runs one request after the other."""

import asyncio
import threading

import pytest
from models import FailingModel, WaitingModel

from gpt2_service.engine.scripted import ScriptedModel
from gpt2_service.engine.serial import SerialEngine
from gpt2_service.errors import InternalError


def test_the_event_loop_stays_free() -> None:
    """Other tasks run while the model works, and requests keep their order."""

    async def scenario() -> None:
        model = WaitingModel()
        engine = SerialEngine(model)
        await engine.start()
        first = asyncio.create_task(engine.generate("a", 10))
        second = asyncio.create_task(engine.generate("b", 10))
        await asyncio.to_thread(model.started.wait, 30)
        assert engine.failure() is None
        assert not first.done()
        model.may_end.set()
        assert [(await first).text[0], (await second).text[0]] == ["a", "b"]
        await engine.close()

    asyncio.run(scenario())


def test_the_model_is_prepared_in_its_thread_before_the_first_request() -> None:
    """Thread-local settings of a library would be lost otherwise."""

    class Recorder(ScriptedModel):
        prepared_in = ""

        def prepare(self) -> None:
            self.prepared_in = threading.current_thread().name

    async def scenario() -> str:
        model = Recorder()
        engine = SerialEngine(model)
        await engine.start()
        await engine.close()
        return model.prepared_in

    assert asyncio.run(scenario()) == "model_0"


def test_a_failure_is_told_until_a_call_succeeds() -> None:
    """The exception itself goes to the log, not to the caller."""

    async def scenario() -> None:
        model = FailingModel()
        engine = SerialEngine(model)
        with pytest.raises(InternalError, match=r"^internal error$"):
            await engine.generate("x", 10)
        assert engine.failure() == "the latest call failed: RuntimeError"
        model.broken = False
        await engine.generate("x", 10)
        assert engine.failure() is None
        await engine.close()

    asyncio.run(scenario())
