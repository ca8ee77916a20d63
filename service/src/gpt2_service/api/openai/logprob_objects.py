"""Log probabilities in OpenAI's two shapes."""

from collections.abc import Sequence

from gpt2_service.api.openai.objects import (
    IMPOSSIBLE,
    ChatLogprobs,
    ChatTokenLogprob,
    CompletionLogprobs,
    TopLogprob,
)
from gpt2_service.engine import sequences


def completion_logprobs(
    tokens: Sequence[sequences.TokenLogprob], *, asked: bool
) -> CompletionLogprobs | None:
    """Return what a completion says of its tokens, or None where nobody asked."""
    if not asked:
        return None
    return CompletionLogprobs(
        tokens=[_text(one.token) for one in tokens],
        token_logprobs=[_bounded(one.logprob) for one in tokens],
        top_logprobs=[
            {_text(token): _bounded(value) for token, value in (*one.top, (one.token, one.logprob))}
            for one in tokens
        ],
        text_offset=[one.offset for one in tokens],
    )


def chat_logprobs(tokens: Sequence[sequences.TokenLogprob], *, asked: bool) -> ChatLogprobs | None:
    """Return what a reply says of its tokens, or None where nobody asked."""
    if not asked:
        return None
    return ChatLogprobs(
        content=[
            ChatTokenLogprob(
                token=_text(one.token),
                logprob=_bounded(one.logprob),
                bytes=list(one.token),
                top_logprobs=[
                    TopLogprob(token=_text(token), logprob=_bounded(value), bytes=list(token))
                    for token, value in one.top
                ],
            )
            for one in tokens
        ],
        refusal=None,
    )


def _text(token: bytes) -> str:
    return token.decode("utf-8", "backslashreplace")


def _bounded(logprob: float) -> float:
    return max(logprob, IMPOSSIBLE)
