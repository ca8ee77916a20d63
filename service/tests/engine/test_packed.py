"""Loading a checkpoint, and one with a tiny context."""

import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

from gpt2_service.engine.linears import Precision
from gpt2_service.engine.packed import PackedGPT2, load_packed
from gpt2_service.engine.requests import GenerationRequest, Sampling
from gpt2_service.errors import StartupError

from .conftest import CHECKPOINT
from .precisions import COMPUTED, EVERY
from .running import run, sequences

CONTEXT_TOKENS = 32


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
        activation_function="relu",
    )
    model = GPT2LMHeadModel(config)
    model.generation_config = GenerationConfig(do_sample=True, temperature=0.4, eos_token_id=[0, 1])
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((CHECKPOINT / name).read_bytes())
    return folder


def test_a_model_names_itself(packed: PackedGPT2, tiny_folder: Path) -> None:
    """The demo checkpoint must not pass for the real one."""
    assert packed.name == "boxproof-demo-gpt2"
    assert packed.kind == "GPT2LMHeadModel"
    assert load_packed(tiny_folder).name.startswith("tiny")


def test_the_context_is_a_limit(tiny_folder: Path) -> None:
    """A smaller context than max_length ends the text; a longer prompt comes back."""
    batch = load_packed(tiny_folder).batch(slots=2, max_tokens=200)
    short = run(batch, [GenerationRequest("Once upon", 200, seed=0)])[0]
    assert short.prompt_tokens + short.completion_tokens <= CONTEXT_TOKENS
    long = run(batch, [GenerationRequest("\U0001d11e" * CONTEXT_TOKENS, 200, seed=0)])[0]
    assert (long.text, long.completion_tokens, long.finish_reason) == ("", 0, "length")


def test_a_token_that_the_model_lacks_is_refused_before_a_step(tiny_folder: Path) -> None:
    """In a step it would fail every text; some checkpoints' tokenizers have such tokens."""
    model = load_packed(tiny_folder)
    model._tokenizer.add_tokens("[PAD]")
    batch = model.batch(slots=2, max_tokens=200)
    with pytest.raises(ValueError, match="the model does not know the tokenizer's token 1024"):
        batch.join(sequences(GenerationRequest("Once [PAD]", 200, seed=0))[0])
    assert run(batch, [GenerationRequest("Once", 20, seed=0)])[0].completion_tokens


def test_the_checkpoint_says_how_to_sample(packed: PackedGPT2, tiny_folder: Path) -> None:
    """What it does not say is as transformers has it."""
    assert packed.defaults == Sampling()
    assert load_packed(tiny_folder).defaults == Sampling(temperature=0.4)


def test_another_activation_is_computed(tiny_folder: Path) -> None:
    """Greedy text is that of transformers also where oneDNN does not know the activation."""
    model = GPT2LMHeadModel.from_pretrained(tiny_folder).eval()
    packed = load_packed(tiny_folder)
    sequence = run(packed.batch(2, 20), [GenerationRequest("Once", 20, seed=0, temperature=0)])[0]
    tokens = torch.tensor([packed._encode("Once")])
    with torch.inference_mode():
        expected = model.generate(tokens, do_sample=False, max_length=20, min_new_tokens=1)
    continuation = expected[0, tokens.shape[1] :].tolist()
    assert sequence.completion_tokens == len(continuation)
    assert sequence.text == packed._tokenizer.decode(continuation, skip_special_tokens=True)


def test_loading_leaves_one_thread(packed: PackedGPT2) -> None:
    """The process forks afterwards."""
    assert packed
    assert torch.get_num_threads() == 1
    assert not [one.name for one in threading.enumerate() if one.name.startswith("trial")]


def test_a_broken_checkpoint_cannot_be_loaded(tmp_path: Path) -> None:
    """One line, with the folder and the cause."""
    for path in CHECKPOINT.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(StartupError, match=r"^cannot load the model '.*': .") as caught:
        load_packed(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_without_all_weights_is_refused(tmp_path: Path) -> None:
    """transformers would draw what is missing at random, and serve nonsense."""
    for path in CHECKPOINT.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    del weights["transformer.h.1.attn.c_attn.weight"]
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(StartupError, match=r"1 missing keys, such as transformer\.h\.1\.attn"):
        load_packed(tmp_path)


def test_a_precision_that_the_processor_cannot_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """bfloat16, for one, needs AVX-512."""

    def refuse(*_: object) -> None:
        raise RuntimeError("mkldnn_reorder_linear_weight:\nno such instructions")

    monkeypatch.setattr("gpt2_service.engine.packed.Network", refuse)
    with pytest.raises(StartupError, match="'bf16' does not work here: mkldnn") as seen:
        load_packed(CHECKPOINT, "bf16")
    assert "\n" not in str(seen.value)


@pytest.mark.parametrize("precision", EVERY)
def test_every_precision_is_computed_or_refused(precision: Precision) -> None:
    """Whatever this processor has: a model that generates, or one line."""
    if precision in COMPUTED:
        assert load_packed(CHECKPOINT, precision).batch(1, 8) is not None
        return
    with pytest.raises(
        StartupError, match=f"^PRECISION: '{precision}' does not work here: ."
    ) as seen:
        load_packed(CHECKPOINT, precision)
    assert "\n" not in str(seen.value)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_precision_that_cannot_be_computed_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """Also where packing did not notice, and whoever computes later: a worker would end again and
    again.
    """

    def refuse(*_: object) -> None:
        raise RuntimeError("no such instructions")

    monkeypatch.setattr("gpt2_service.engine.network.smallest_safe_batch", refuse)
    with pytest.raises(StartupError, match="'fp32' does not work here: no such"):
        load_packed(CHECKPOINT, threads=threads)


def test_a_precision_that_needs_onednn_is_refused_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one line; float32 does without."""
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    load_packed(CHECKPOINT)
    with pytest.raises(StartupError, match="'bf16' needs oneDNN"):
        load_packed(CHECKPOINT, "bf16")
