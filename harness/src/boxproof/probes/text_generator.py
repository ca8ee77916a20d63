"""Texts that the service makes: how each was asked for, and what came."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonpointer

from boxproof.config.text_generation import Generation
from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.json_pointers import resolve, resolve_in
from boxproof.probes.messages import Answer
from boxproof.probes.work import Work

#: What stands for the bytes of a character of which others are still to come.
INCOMPLETE = "\ufffd"
#: What a service answers that does not take so low or so high a limit.
LIMIT_REFUSED = (400, 422)


@dataclass(frozen=True)
class MadeText:
    """One text that was made, and the answer that it came in.

    Attributes:
        text: as the answer has it.
        prompt: what was to be continued; empty where ``boxproof.toml`` does not say.
    """

    answer: Answer
    fields: Generation
    text: str
    prompt: str

    @cached_property
    def continuation(self) -> str:
        """The text without the prompt that it starts with, where it does."""
        return self.text.removeprefix(self.prompt) if self.fields.starts_with_prompt else self.text

    @property
    def finish_reason(self) -> Any:
        """Why it ended."""
        assert self.fields.finish_reason is not None
        return resolve_in(self.answer, self.fields.finish_reason)

    @property
    def says_cut(self) -> bool:
        """Whether it says that the limit ended it."""
        return self.finish_reason in self.fields.cut

    @property
    def says_ended(self) -> bool:
        """Whether it says that it ended before the limit."""
        return self.finish_reason in self.fields.ended

    @property
    def prompt_tokens(self) -> int:
        """How many tokens the prompt has."""
        return self._count(self.fields.prompt_tokens)

    @property
    def completion_tokens(self) -> int:
        """How many tokens were made."""
        return self._count(self.fields.completion_tokens)

    @property
    def total_tokens(self) -> int:
        """How many both have."""
        return self._count(self.fields.total_tokens)

    @property
    def limited_tokens(self) -> int:
        """How many tokens it has of those that the limit counts."""
        prompt = self.prompt_tokens if self.fields.limit_counts_prompt else 0
        return prompt + self.completion_tokens

    def _count(self, pointer: str | None) -> int:
        assert pointer is not None
        count = resolve_in(self.answer, pointer)
        if type(count) is not int or count < 0:
            said = f"the answer holds {count!r} at {pointer!r}, which is not a number of tokens"
            raise UnusableAnswer(said, self.answer.evidence())
        return count


@dataclass(frozen=True)
class TextGenerator:
    """Asks a deployment for texts, by the fields that ``boxproof.toml`` names."""

    work: Work
    fields: Generation

    @property
    def usual_limit(self) -> int | None:
        """The most tokens that the work asks for; None where it does not say."""
        return self._limit_in(self.work.fields())

    def drawn(self, seed: int) -> dict[str, Any]:
        """The fields of a body by which tokens are drawn, from a seed."""
        assert self.fields.seed is not None
        body = self.work.fields(self.fields.sampled)
        _put(body, self.fields.seed, seed)
        return body

    @property
    def light_limit(self) -> int | None:
        """The most tokens that the light work asks for; None where it does not say."""
        return self._limit_in({**self.work.fields(), **self.work.valid.light})

    def _limit_in(self, body: Mapping[str, Any]) -> int | None:
        assert self.fields.limit is not None
        try:
            limit = resolve(self.fields.limit, body)
        except KeyError:
            return None
        return limit if type(limit) is int else None

    def ask(
        self,
        text: str | None = None,
        /,
        *,
        over: Mapping[str, Any] | None = None,
        limit: int | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        choices: int | None = None,
        model: str | None = None,
    ) -> Answer:
        """Send the work, with other fields where they are given; any status is returned.

        Args:
            over: fields over those of the body, such as ``fields.greedy``.

        Raises:
            NoAnswer: it got none.
        """
        body = self.work.fields(over or {})
        given = {"limit": limit, "seed": seed, "stop": stop, "choices": choices, "model": model}
        for name, value in given.items():
            if value is not None:
                _put(body, getattr(self.fields, name), value)
        return self.work.send(text, **body)

    def make(self, text: str | None = None, /, **options: Any) -> MadeText:
        """The text that an answer to :meth:`ask` brings.

        Raises:
            NoAnswer: it got none.
            UnusableAnswer: the service refused, or its answer holds no text.
        """
        return self.made(self.ask(text, **options), text)

    def made(self, answer: Answer, text: str | None = None) -> MadeText:
        """The text of an answer to a request with this text of the user's, or with the work's own.

        Raises:
            UnusableAnswer: as :meth:`make`.
        """
        valid = self.work.valid
        assert valid.output is not None
        if not valid.is_success(answer.status):
            said = f"a valid request returned {answer.status}, not {valid.expected}"
            raise UnusableAnswer(said, answer.evidence())
        output = resolve_in(answer, valid.output)
        if not isinstance(output, str):
            raise UnusableAnswer(f"{valid.output} is {output!r}, not text", answer.evidence())
        prompt = self.work.own_text if text is None else text
        return MadeText(answer, self.fields, output, prompt or "")


def _put(body: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value where a pointer says, and the tables above it where there are none."""
    *above, last = jsonpointer.JsonPointer(pointer).parts
    within: Any = body
    for part in above:
        within = within[int(part)] if isinstance(within, list) else within.setdefault(part, {})
    within[int(last) if isinstance(within, list) else last] = value
