"""Log probabilities of tokens, on the demo checkpoint."""

from dataclasses import replace

import pytest
import torch
from transformers import GPT2LMHeadModel, PreTrainedTokenizerBase
from transformers.convert_slow_tokenizer import bytes_to_unicode

from gpt2_service.engine.batch import NetworkBatch
from gpt2_service.engine.packed import PackedGPT2
from gpt2_service.engine.requests import GenerationRequest

from .running import run

REQUESTS = [
    GenerationRequest("Once upon a time", 60, seed=1, temperature=1.2),
    GenerationRequest("The lighthouse", 60, seed=2, top_k=5, repetition_penalty=1.5),
    GenerationRequest("The sea", 60, seed=3, stop=(" return",), temperature=0),
    # Bytes that are no text, as a hot model draws them.
    GenerationRequest("Zoë said", 60, seed=3, temperature=2.0, top_k=0),
]
ASKED = [replace(request, top_logprobs=3) for request in REQUESTS]
LETTERS = bytes_to_unicode()


def test_they_change_no_text(batch: NetworkBatch) -> None:
    """Whoever asks for them gets the text that others get."""
    for plain, scored in zip(run(batch, REQUESTS), run(batch, ASKED), strict=True):
        assert (scored.text, scored.finish_reason) == (plain.text, plain.finish_reason)
        assert plain.logprobs == []
        assert len(scored.logprobs) == scored.completion_tokens


def test_they_are_the_models_own(
    batch: NetworkBatch, reference: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerBase
) -> None:
    """As transformers computes them for the whole text, whatever sampling does."""
    for request, sequence in zip(ASKED[:2], run(batch, ASKED[:2]), strict=True):
        prompt = tokenizer(request.prompt)["input_ids"]
        words = ["".join(LETTERS[byte] for byte in one.token) for one in sequence.logprobs]
        ids = tokenizer.convert_tokens_to_ids(words)
        assert tokenizer.decode(ids, skip_special_tokens=True) == sequence.text
        with torch.inference_mode():
            logits = reference(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1 : -1]
        expected = logits.log_softmax(-1)
        best = expected.topk(3)
        for place, one in enumerate(sequence.logprobs):
            assert one.logprob == pytest.approx(float(expected[place, ids[place]]), abs=1e-3)
            assert [value for _, value in one.top] == pytest.approx(
                best.values[place].tolist(), abs=1e-3
            )
            likeliest = tokenizer.convert_ids_to_tokens(best.indices[place].tolist())
            named = ["".join(LETTERS[byte] for byte in token) for token, _ in one.top]
            assert named == likeliest


def test_tokens_are_placed_in_the_text(batch: NetworkBatch) -> None:
    """By the characters before them; what lies behind the end of the text has no place in it."""
    whole, _, stopped, hot = run(batch, ASKED)
    for one, after in zip(whole.logprobs, whole.logprobs[1:], strict=False):
        assert whole.text[one.offset : after.offset] == one.token.decode()
    places = [one.offset for one in hot.logprobs]
    assert places == sorted(places)
    assert len(hot.logprobs_of(0, len(hot.text))) == hot.completion_tokens
    assert stopped.finish_reason == "stop"
    within = stopped.logprobs_of(0, len(stopped.text))
    assert len(within) < len(stopped.logprobs)
    assert b"".join(one.token for one in within).decode().startswith(stopped.text)


def test_a_token_may_be_a_part_of_a_character(packed: PackedGPT2) -> None:
    """Its bytes are those of the text."""
    tokens = packed._encode("\U0001d11e é")
    assert len(tokens) > 3
    assert b"".join(map(packed._token_bytes, tokens)).decode() == "\U0001d11e é"
    # Weights may have more rows than the tokenizer has tokens.
    assert packed._token_bytes(10**6) == b""
