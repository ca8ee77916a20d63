"""GPT-2 through transformers, on real checkpoints: the demo one and one with a tiny context."""

from pathlib import Path

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from gpt2_service.engine.gpt2 import GPT2Model, load_gpt2
from gpt2_service.errors import StartupError

DEMO = Path(__file__).parents[2] / "checkpoint"
CONTEXT_TOKENS = 32


@pytest.fixture(scope="module")
def demo() -> GPT2Model:
    model = load_gpt2(DEMO)
    model.prepare()
    return model


@pytest.fixture(scope="module")
def tiny(demo: GPT2Model, tmp_path_factory: pytest.TempPathFactory) -> GPT2Model:
    """A random GPT-2 with a context of 32 tokens and the demo checkpoint's tokenizer."""
    folder = tmp_path_factory.mktemp("tiny")
    config = GPT2Config(
        vocab_size=1024,
        n_positions=CONTEXT_TOKENS,
        n_embd=16,
        n_layer=1,
        n_head=2,
        bos_token_id=0,
        eos_token_id=0,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((DEMO / name).read_bytes())
    assert demo
    return load_gpt2(folder)


def test_the_model_names_itself(demo: GPT2Model, tiny: GPT2Model) -> None:
    """The demo checkpoint must not pass for the real one."""
    assert demo.name == "boxproof-demo-gpt2"
    assert demo.kind == "GPT2LMHeadModel"
    assert tiny.name.startswith("tiny")


@pytest.mark.parametrize(
    "prompt",
    [
        "a\x00b",
        "😀",
        "שלום עולם",
        " ",
        "\n",
        "\ufeff",
        "\u202e",
        "e\u0301",
        "<|endoftext|>",
        "\uffff",
    ],
)
@pytest.mark.parametrize("max_length", [10, 50])
def test_every_text_is_continued(demo: GPT2Model, prompt: str, max_length: int) -> None:
    """The prompt comes back to the letter and the continuation stays within its limit."""
    completion = demo.complete(prompt, max_length)
    assert completion.text.startswith(prompt)
    if completion.prompt_tokens < max_length:
        total = completion.prompt_tokens + completion.completion_tokens
        assert completion.prompt_tokens < total <= max_length
    else:
        assert completion.text == prompt
    completion.text.encode("utf-8")


@pytest.mark.parametrize("prompt", ["\U0001d11e" * 500, "word " * 100])
def test_a_prompt_that_fills_max_length_comes_back(demo: GPT2Model, prompt: str) -> None:
    """500 four-byte characters are more tokens than GPT-2's context has."""
    completion = demo.complete(prompt, 50)
    assert completion.text == prompt
    assert completion.prompt_tokens >= 50
    assert completion.completion_tokens == 0


def test_the_context_is_a_limit_too(tiny: GPT2Model) -> None:
    """A smaller context than max_length ends the text; a longer prompt comes back."""
    completion = tiny.complete("Once upon", 200)
    assert completion.prompt_tokens + completion.completion_tokens <= CONTEXT_TOKENS
    prompt = "\U0001d11e" * CONTEXT_TOKENS
    assert tiny.complete(prompt, 200).text == prompt


def test_texts_are_sampled(demo: GPT2Model) -> None:
    """The same prompt gets different texts, so it is no greedy search."""
    texts = {demo.complete("Once upon a time", 50).text for _ in range(5)}
    assert len(texts) > 1


def test_prepare_draws_a_new_seed(demo: GPT2Model) -> None:
    """Forked workers would all tell the same story otherwise."""

    def story() -> str:
        torch.manual_seed(1)
        demo.prepare()
        return demo.complete("Once upon a time", 60).text

    assert story() != story()


def test_loading_leaves_one_thread(demo: GPT2Model) -> None:
    """The process forks afterwards."""
    assert demo
    assert torch.get_num_threads() == 1


def test_a_broken_checkpoint_is_one_line(tmp_path: Path) -> None:
    """Whatever transformers raises."""
    for path in DEMO.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(StartupError, match=r"^cannot load the model") as caught:
        load_gpt2(tmp_path)
    assert "\n" not in str(caught.value)
