"""Says with each token why the text ended."""

from collections.abc import Iterator

from apps.prefork import Master
from apps.streaming.good import Streams, event


class FinishesEachToken(Streams):
    def token(self, token: str) -> Iterator[bytes]:
        yield event("token", {"piece": token, "finish_reason": "length"})


if __name__ == "__main__":
    Master(FinishesEachToken).run()
