"""Takes seconds for every 404, and after so many of them returns 503 to everything."""

import os
import time

from apps.good import Response, Service
from apps.prefork import Master, Settings

SECONDS = float(os.environ.get("SECONDS_OF_404", "3"))
MOST = int(os.environ.get("MOST_404", "3"))


class WearsOut(Service):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        #: A byte for each 404 of every worker; a new start forgets them.
        self.worn = settings.data / "worn"
        self.worn.unlink(missing_ok=True)

    def respond(self, method: str, path: str, query: str, body: bytes) -> Response:
        if self.worn.exists() and self.worn.stat().st_size >= MOST:
            return Response(503, {"detail": "worn out"})
        answer = super().respond(method, path, query, body)
        if answer.status == 404:
            with self.worn.open("ab") as worn:
                worn.write(b"x")
            time.sleep(SECONDS)
        return answer


if __name__ == "__main__":
    Master(WearsOut).run()
