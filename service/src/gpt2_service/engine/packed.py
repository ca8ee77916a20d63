"""GPT-2, loaded by transformers and packed for continuous batching.

Importing this module imports torch and transformers' GPT-2 classes, which takes seconds.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers.decoders import DecodeStream
from transformers import AutoTokenizer, GenerationConfig, GPT2LMHeadModel, PreTrainedTokenizerBase
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.utils import logging as transformers_logging

from gpt2_service.engine.batch import (
    PROMPT_TOKENS_PER_STEP,
    NetworkBatch,
    Vocabulary,
)
from gpt2_service.engine.checkpoint import checkpoint_name
from gpt2_service.engine.fingerprint import fingerprint
from gpt2_service.engine.linears import Precision
from gpt2_service.engine.network import Network
from gpt2_service.engine.requests import Sampling
from gpt2_service.errors import StartupError
from gpt2_service.telemetry.logs import take_over


class PackedGPT2:
    """A GPT-2 checkpoint and its tokenizer, ready to be run in batches; implements `Model`.

    Nothing here changes after the constructor: workers forked from a process that holds it share
    its memory.
    """

    kind = GPT2LMHeadModel.__name__

    def __init__(
        self,
        name: str,
        model: GPT2LMHeadModel,
        tokenizer: PreTrainedTokenizerBase,
        precision: Precision = "fp32",
        slots: int = 16,
        threads: int = 1,
    ) -> None:
        """Pack `model`, which is left without its weights, for batches of `slots`.

        `threads` compute once it is prepared.
        """
        self.name = name
        self.fingerprint = fingerprint(model, tokenizer, precision, slots)
        self.defaults = _defaults(model.generation_config)
        self._tokenizer = tokenizer
        self._bytes = {char: bytes([byte]) for byte, char in bytes_to_unicode().items()}
        self._end_tokens = _end_tokens(model.generation_config)
        self._threads = threads
        self._network = Network(model, precision)
        # Tried here already: in the process that forks, once for all workers. And a precision that
        # the processor lacks shows here, where it ends the start.
        self._network.fix_batches(slots, PROMPT_TOKENS_PER_STEP)

    def prepare(self) -> None:
        """Make torch ready in this thread: OpenMP counts threads per calling thread."""
        torch.set_num_threads(self._threads)

    def batch(self, slots: int, max_tokens: int) -> NetworkBatch:
        """Return an empty batch of `slots` sequences of at most `max_tokens` tokens."""
        self._network.fix_batches(slots, PROMPT_TOKENS_PER_STEP)
        vocabulary = Vocabulary(
            encode=self._encode,
            decoder=lambda: TokenizerDecoder(self._tokenizer),
            end_tokens=self._end_tokens,
            token_bytes=self._token_bytes,
        )
        return NetworkBatch(self._network, vocabulary, slots, max_tokens)

    def _encode(self, prompt: str) -> list[int]:
        # No warning for a prompt beyond the context: it comes back as it is.
        tokens: list[int] = self._tokenizer(prompt, verbose=False)["input_ids"]
        return tokens

    def _token_bytes(self, token: int) -> bytes:
        # A byte-level tokenizer writes every byte as a character of its own. Weights may have more
        # rows than the tokenizer has tokens.
        word: str = self._tokenizer.convert_ids_to_tokens(token) or ""
        return b"".join(self._bytes.get(char, char.encode()) for char in word)


class TokenizerDecoder:
    """Decodes one continuation; implements `text.Decoder`."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self._stream = DecodeStream(skip_special_tokens=True)

    def step(self, token: int) -> str:
        return self._stream.step(self._tokenizer.backend_tokenizer, token) or ""

    def whole(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text


def load_packed(
    source: str | Path,
    precision: Precision = "fp32",
    slots: int = 16,
    threads: int = 1,
) -> PackedGPT2:
    """Load a checkpoint from the hub (`str`) or from a folder (`Path`) and pack it.

    It is packed for batches of `slots`, which `threads` compute once it is prepared. Until then
    torch has one: the process forks after this, and threads do not survive a fork.
    Raises StartupError when the checkpoint cannot be fetched, read or used.
    """
    torch.set_num_threads(1)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    take_over("transformers", "huggingface_hub")
    try:
        model, loading = GPT2LMHeadModel.from_pretrained(
            source, dtype=torch.float32, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(source)
    except Exception as error:
        # from_pretrained raises a dozen types; whichever it is, there is no model to serve.
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise StartupError(f"cannot load the model {str(source)!r}: {reason}") from error
    _require_whole(source, loading)
    model.eval()
    name = checkpoint_name(source) if isinstance(source, Path) else source
    try:
        return PackedGPT2(name, model, tokenizer, precision, slots, threads)
    except RuntimeError as error:
        # oneDNN asks the processor; bfloat16, for one, needs AVX-512.
        reason = f"PRECISION: {precision!r} does not work here: {error}"
        raise StartupError(" ".join(reason.split())) from error


def _require_whole(source: str | Path, loading: Mapping[str, Collection[Any]]) -> None:
    """Refuse a checkpoint that lacks weights: transformers draws them at random and goes on.

    `loading` is what `from_pretrained` says of it with `output_loading_info`.
    """
    for problem in ("missing_keys", "mismatched_keys"):
        if wrong := sorted(map(str, loading[problem])):
            raise StartupError(
                f"cannot load the model {str(source)!r}: {len(wrong)} {problem.replace('_', ' ')}, "
                f"such as {wrong[0]}; is it a whole GPT-2 checkpoint?"
            )


def _defaults(config: GenerationConfig) -> Sampling:
    """Return what the checkpoint says of sampling, completed as transformers does."""
    said: dict[str, Any] = {
        name: value
        for name in ("temperature", "top_k", "top_p", "repetition_penalty")
        if (value := getattr(config, name, None)) is not None
    }
    return Sampling(**said)


def _end_tokens(config: GenerationConfig) -> frozenset[int]:
    ends = config.eos_token_id
    return frozenset(() if ends is None else ends if isinstance(ends, list) else (ends,))
