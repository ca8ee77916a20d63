"""GPT-2, packed for continuous batching.

Importing this module imports torch and parts of transformers, which takes seconds.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers.decoders import DecodeStream
from transformers import PreTrainedTokenizerBase
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.utils import logging as transformers_logging

from gpt2_service.engine.batch import (
    PROMPT_TOKENS_PER_STEP,
    NetworkBatch,
    Vocabulary,
)
from gpt2_service.engine.checkpoint_reader import Checkpoint, fetch, read_checkpoint
from gpt2_service.engine.fingerprint import fingerprint
from gpt2_service.engine.linears import Precision
from gpt2_service.engine.network import Network
from gpt2_service.errors import StartupError
from gpt2_service.telemetry.logs import take_over


class PackedGPT2:
    """A GPT-2 checkpoint and its tokenizer, ready to be run in batches; implements `Model`.

    Nothing here changes after the constructor: workers forked from a process that holds it share
    its memory.
    """

    kind = "GPT2LMHeadModel"

    def __init__(
        self,
        name: str,
        checkpoint: Checkpoint,
        precision: Precision = "fp32",
        slots: int = 16,
        threads: int = 1,
    ) -> None:
        """Pack a checkpoint for batches of `slots`, which `threads` compute once it is prepared."""
        self.name = name
        self.fingerprint = fingerprint(checkpoint, precision, slots)
        self.defaults = checkpoint.defaults()
        self._tokenizer = checkpoint.tokenizer
        self._bytes = {char: bytes([byte]) for byte, char in bytes_to_unicode().items()}
        self._end_tokens = checkpoint.end_tokens()
        self._threads = threads
        self._network = Network(checkpoint, precision)
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
    revision: str = "",
) -> PackedGPT2:
    """Load a checkpoint from the hub (`str`) or from a folder (`Path`) and pack it.

    `revision` is a branch, a tag or a commit of the hub's. It is packed for batches of `slots`,
    which `threads` compute once it is prepared. Until then torch has one: the process forks after
    this, and threads do not survive a fork.
    Raises StartupError when the checkpoint cannot be fetched, read or used.
    """
    torch.set_num_threads(1)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    take_over("transformers", "huggingface_hub")
    try:
        checkpoint = read_checkpoint(fetch(source, revision) if isinstance(source, str) else source)
    except Exception as error:
        # The libraries raise a dozen types; whichever it is, there is no model to serve.
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise StartupError(f"cannot load the model {str(source)!r}: {reason}") from error
    name = source if isinstance(source, str) else checkpoint.name
    try:
        return PackedGPT2(name, checkpoint, precision, slots, threads)
    except RuntimeError as error:
        # oneDNN asks the processor; bfloat16, for one, needs AVX-512.
        reason = f"PRECISION: {precision!r} does not work here: {error}"
        raise StartupError(" ".join(reason.split())) from error
