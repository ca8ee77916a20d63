"""Does one piece of work at a time, in each worker."""

import threading
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class OneByOne(Service):
    turn = threading.Lock()

    def say(self, wanted: dict[str, Any]) -> Response:
        with self.turn:
            return super().say({**wanted, "steps": 35})


if __name__ == "__main__":
    Master(OneByOne).run()
