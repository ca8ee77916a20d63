"""Opens a file for every request that it refuses, and never closes it."""

import os
import resource

from apps.good import Response, Service
from apps.prefork import Master, Settings


class LeaksDescriptors(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        answer = super().respond(method, path, query, body)
        if answer.status >= 400:
            os.open(os.devnull, os.O_RDONLY)
        return answer


if __name__ == "__main__":
    Master(LeaksDescriptors).run()
