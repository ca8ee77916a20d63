"""Log probabilities of tokens, for the requests that ask for them."""

from collections.abc import Callable

from torch import Tensor

from gpt2_service.engine.sampling import largest
from gpt2_service.engine.sequences import TokenLogprob


class Logprobs:
    """How likely every token was in one place, by the logits alone.

    Sampling has no part in it: what a request asks of temperature, penalty, top-k and top-p changes
    which token is drawn, not what the model thinks of it.
    """

    def __init__(self, logits: Tensor, top: int, token_bytes: Callable[[int], bytes]) -> None:
        """Read `logits` (`[vocabulary]`), which may be overwritten afterwards."""
        self._values = logits.log_softmax(0)
        self._top = top
        self._token_bytes = token_bytes

    def of(self, token: int, offset: int) -> TokenLogprob:
        """Return the log probabilities of a token that begins at `offset` and of the likeliest."""
        best, places = largest(self._values, min(self._top, len(self._values)))
        return TokenLogprob(
            token=self._token_bytes(token),
            logprob=float(self._values[token]),
            offset=offset,
            top=tuple(
                (self._token_bytes(place), value)
                for place, value in zip(places.tolist(), best.tolist(), strict=True)
            ),
        )
