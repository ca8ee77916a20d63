"""How a service makes text, as ``boxproof.toml`` describes it, and presets that name its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from boxproof.config import values
from boxproof.config.declaring import json_pointer, option

#: What both of OpenAI's operations call alike
#: (https://platform.openai.com/docs/api-reference/completions).
_OPENAI: Mapping[str, Any] = {
    "limit": "/max_tokens",
    "seed": "/seed",
    "stop": "/stop",
    "choices": "/n",
    "model": "/model",
    "greedy": {"temperature": 0},
    "sampled": {"temperature": 1},
    "finish_reason": "/choices/0/finish_reason",
    "prompt_tokens": "/usage/prompt_tokens",
    "completion_tokens": "/usage/completion_tokens",
    "total_tokens": "/usage/total_tokens",
    "choice_list": "/choices",
    "choice_index": "/index",
}
#: Names of fields for each kind of service, and nothing else.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "openai-completions": {
        **_OPENAI,
        "choice_text": "/text",
        "logprob_list": "/choices/0/logprobs/token_logprobs",
    },
    "openai-chat": {
        **_OPENAI,
        "choice_text": "/message/content",
        "logprob_list": "/choices/0/logprobs/content",
        "logprob": "/logprob",
    },
}


@dataclass(frozen=True, slots=True)
class Generation:
    """How the work makes text: fields of its request and of its answer.

    A clause that needs a field which is not given is no part of the contract. ``kind`` gives the
    fields of a well-known API, each of which may still be given otherwise.
    """

    kind: str = option(
        "the API whose names of fields are taken where no other is given: "
        + " or ".join(f"'{each}'" for each in PRESETS),
        "",
        values.one_of("", *PRESETS),
    )
    limit: str | None = json_pointer("the most tokens to make, in the request", None)
    limit_counts_prompt: bool = option(
        "whether that limit counts the prompt's tokens as well", False
    )
    seed: str | None = json_pointer("the seed that a text is drawn with, in the request", None)
    stop: str | None = json_pointer("the array of texts that end it, in the request", None)
    choices: str | None = json_pointer("how many texts to make, in the request", None)
    model: str | None = json_pointer("the name of the model, in the request", None)
    greedy: Mapping[str, Any] = option(
        "fields over those of the body that take the likeliest token every time", {}
    )
    sampled: Mapping[str, Any] = option(
        "fields over those of the body that draw tokens, where a seed decides the text", {}
    )
    finish_reason: str | None = json_pointer("why the text ended, in the answer", None)
    cut: tuple[str, ...] = option("what that says where the limit ended it", ("length",))
    ended: tuple[str, ...] = option("what it says where the text ended before the limit", ("stop",))
    prompt_tokens: str | None = json_pointer("the number of the prompt's tokens", None)
    completion_tokens: str | None = json_pointer("the number of tokens that were made", None)
    total_tokens: str | None = json_pointer("the number of both together", None)
    choice_list: str | None = json_pointer("the array of texts that were made", None)
    choice_index: str | None = json_pointer("the number of a text, in an item of that array", None)
    choice_text: str | None = json_pointer("a text, in an item of that array", None)
    logprobs: Mapping[str, Any] = option(
        "fields over those of the body that ask for the logarithms of the tokens' probabilities", {}
    )
    logprob_list: str | None = json_pointer("the array that has one for each token", None)
    logprob: str | None = json_pointer(
        "the logarithm, in an item of that array; the item itself by default", None
    )
    starts_with_prompt: bool = option("whether the text starts with the prompt, unchanged", False)

    def completed(self) -> "Generation":
        """It with the fields of its kind in the place of those that are not given."""
        preset = PRESETS.get(self.kind, {})
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(
            self, **{name: value for name, value in preset.items() if given[name] in (None, {})}
        )
