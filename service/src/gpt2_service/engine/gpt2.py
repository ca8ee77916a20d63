"""GPT-2 through transformers.

Importing this module imports torch and transformers' GPT-2 classes, which takes seconds.
"""

from pathlib import Path

import torch
from transformers import AutoTokenizer, GenerationConfig, GPT2LMHeadModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from gpt2_service.engine.checkpoint import checkpoint_name
from gpt2_service.engine.protocol import Completion
from gpt2_service.errors import StartupError
from gpt2_service.telemetry.logs import take_over


class GPT2Model:
    """A GPT-2 checkpoint and its tokenizer; implements `Model`.

    Samples as `GPT2LMHeadModel.generate` does with `do_sample=True` and the checkpoint's own
    generation settings.
    """

    def __init__(
        self, name: str, network: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        self._name = name
        self._network = network
        self._tokenizer = tokenizer
        self._context_tokens: int = network.config.n_positions

    @property
    def name(self) -> str:
        return self._name

    @property
    def kind(self) -> str:
        return str(type(self._network).__name__)

    def prepare(self) -> None:
        # Workers are forked with the same random state: without a new seed they would all tell
        # the same story.
        torch.seed()
        # OpenMP counts threads per calling thread.
        torch.set_num_threads(1)

    def complete(self, prompt: str, max_length: int) -> Completion:
        # No warning for a prompt beyond the context: it comes back as it is, below.
        encoded = self._tokenizer(prompt, return_tensors="pt", verbose=False)
        prompt_tokens = int(encoded["input_ids"].shape[1])
        room = min(max_length, self._context_tokens) - prompt_tokens
        if room <= 0:
            return Completion(prompt, prompt_tokens, 0)
        with torch.inference_mode():
            sequences = self._network.generate(
                **encoded, generation_config=self._generation_config(room)
            )
        continuation = sequences[0, prompt_tokens:]
        # The prompt is never decoded again, so it comes back as it was sent.
        text: str = self._tokenizer.decode(
            continuation, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return Completion(prompt + text, prompt_tokens, len(continuation))

    def _generation_config(self, room: int) -> GenerationConfig:
        own = self._network.generation_config.to_dict()
        wanted = {
            "do_sample": True,
            "max_length": None,
            "max_new_tokens": room,
            # Without it a model may end at once and hand the prompt back.
            "min_new_tokens": 1,
            "pad_token_id": own.get("pad_token_id") or own.get("eos_token_id"),
        }
        return GenerationConfig(**{**own, **wanted})


def load_gpt2(source: str | Path) -> GPT2Model:
    """Load a checkpoint from the hub (`str`) or from a folder (`Path`).

    One torch thread, no call of the model: the process forks after this.
    Raises StartupError when the checkpoint cannot be fetched, read or used.
    """
    torch.set_num_threads(1)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    take_over("transformers", "huggingface_hub")
    try:
        network = GPT2LMHeadModel.from_pretrained(source, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(source)
    except Exception as error:
        # from_pretrained raises a dozen types; whichever it is, there is no model to serve.
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise StartupError(f"cannot load the model {str(source)!r}: {reason}") from error
    network.eval()
    name = checkpoint_name(source) if isinstance(source, Path) else source
    return GPT2Model(name, network, tokenizer)
