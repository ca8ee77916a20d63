"""Sends a stream at once where it compresses it."""

import gzip
import threading
from collections.abc import Iterator, Mapping

from apps.good import Response
from apps.prefork import Master
from apps.streaming.good import Streams


class CompressedLump(Streams):
    asked = threading.local()

    def kept_out(self, path: str, headers: Mapping[str, str], query: str) -> Response | None:
        self.asked.gzip = headers.get("Accept-Encoding") == "gzip"
        return super().kept_out(path, headers, query)

    def streamed(self, events: Iterator[bytes]) -> Response:
        if not self.asked.gzip:
            return super().streamed(events)
        whole = super().streamed(iter([gzip.compress(b"".join(events))]))
        return Response(200, whole.body, {**whole.headers, "Content-Encoding": "gzip"})


if __name__ == "__main__":
    Master(CompressedLump).run()
