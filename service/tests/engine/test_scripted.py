"""The model for tests: fixed text."""

from gpt2_service.engine.requests import GenerationRequest
from gpt2_service.engine.scripted import SCRIPT, ScriptedModel
from gpt2_service.engine.sequences import Sequence

from .running import run


def complete(prompt: str, max_length: int, stop: tuple[str, ...] = ()) -> Sequence:
    request = GenerationRequest(prompt, max_length, seed=0, stop=stop)
    return run(ScriptedModel().batch(slots=2, max_tokens=200), [request])[0]


def test_a_prompt_always_gets_the_same_text() -> None:
    """On every machine and in every process."""
    assert complete("Once upon a time", 10).text == complete("Once upon a time", 10).text
    assert complete("Once upon a time", 10).text.startswith(" ")


def test_max_length_counts_prompt_and_continuation() -> None:
    """A token is a word."""
    sequence = complete("one two", 10)
    assert (sequence.prompt_tokens, sequence.completion_tokens) == (2, 8)
    assert len(sequence.text.split()) == 8
    assert sequence.finish_reason == "length"


def test_max_new_tokens_counts_the_continuation() -> None:
    """Whichever limit comes first ends the text."""
    requests = [GenerationRequest("one two", limit, seed=0, max_new_tokens=3) for limit in (100, 4)]
    ends = run(ScriptedModel().batch(slots=2, max_tokens=200), requests)
    assert [one.completion_tokens for one in ends] == [3, 2]
    assert {one.finish_reason for one in ends} == {"length"}


def test_a_prompt_that_fills_max_length_comes_back() -> None:
    """Nothing is added."""
    sequence = complete("word " * 10, 10)
    assert (sequence.text, sequence.completion_tokens, sequence.finish_reason) == ("", 0, "length")


def test_a_stop_sequence_ends_the_script() -> None:
    """As it would end a real model's text."""
    sequence = complete("one two", 40, stop=(SCRIPT[4],))
    assert SCRIPT[4] not in sequence.text
    assert sequence.finish_reason == "stop"


def test_texts_go_on_together() -> None:
    """Each as if it were alone."""
    requests = [GenerationRequest(prompt, 20, seed=0) for prompt in ("a", "b", "c d")]
    texts = [one.text for one in run(ScriptedModel().batch(4, 200), requests)]
    assert texts == [complete(request.prompt, 20).text for request in requests]
