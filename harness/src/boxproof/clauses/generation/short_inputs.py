"""Inputs of no token, of one, and of one again and again.

A server that counts on a token before it fails where there is none, or ends with it (vllm 7283).
"""

from boxproof.clauses.generation.promised_texts import describes, takes_any_text
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.work import Work

#: What a client gets that has sent too much: that is no word on its text.
TOO_MANY_REQUESTS = 429
TEXTS = ("", " ", "\n", "a", ".", "0", "\N{WATER WAVE}", "a" * 200, " " * 200, "the " * 50)


@clause(
    "generation.short-input-served",
    Level.MUST,
    "A text that is empty, of one character, or of one word again and again MUST be served or "
    "refused with a 4xx answer, and the next request MUST be served.",
    promised=lambda config: describes(config) and takes_any_text(config),
    effect=Effect.WRITES,
)
def short_input_served(work: Work, config: Config) -> None:
    light = config.work.light
    for text in TEXTS:
        answer = work.send(text, **light)
        require(
            config.work.is_success(answer.status) or 400 <= answer.status < 500,
            f"the text {text[:10]!r} ({len(text)} characters) returned {answer.status}",
            answer.evidence(),
        )
        after = work.send(**light)
        require(
            config.work.is_success(after.status) or after.status == TOO_MANY_REQUESTS,
            f"after the text {text[:10]!r} ({len(text)} characters) a valid request returned "
            f"{after.status}",
            (*answer.evidence(), *after.evidence()),
        )
