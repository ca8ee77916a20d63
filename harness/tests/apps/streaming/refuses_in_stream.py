"""Refuses a request in a stream that has begun with 200."""

from typing import Any

from apps.good import Refused, Response
from apps.prefork import Master
from apps.streaming.good import Streams, event


class RefusesInStream(Streams):
    def refused_or_streamed(self, wanted: dict[str, Any]) -> Response:
        try:
            return super().refused_or_streamed(wanted)
        except Refused as refused:
            return self.streamed(iter([event("error", refused.response.body), *self.done()]))


if __name__ == "__main__":
    Master(RefusesInStream).run()
