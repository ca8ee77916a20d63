"""The engine for tests: fixed text."""

from gpt2_service.engine.scripted import ScriptedModel


def test_a_prompt_always_gets_the_same_text() -> None:
    """On every machine and in every process."""
    text = ScriptedModel().complete("Once upon a time", 8).text
    assert text == ScriptedModel().complete("Once upon a time", 8).text
    assert text.startswith("Once upon a time ")


def test_max_length_counts_prompt_and_continuation() -> None:
    """A token is a word."""
    completion = ScriptedModel().complete("one two", 10)
    assert (completion.prompt_tokens, completion.completion_tokens) == (2, 8)
    assert len(completion.text.split()) == 10


def test_a_prompt_that_fills_max_length_comes_back() -> None:
    """As it is."""
    prompt = "word " * 10
    assert ScriptedModel().complete(prompt, 10).text == prompt
