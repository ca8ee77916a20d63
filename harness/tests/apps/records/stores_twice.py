"""Stores a record once more when its answer could not be delivered."""

import threading
import time
from typing import Any

from apps.good import Response, Service
from apps.prefork import Handler, Listener, Master

#: After the record is stored: long enough for a line to be cut meanwhile.
ANSWER_SECONDS = 0.2


#: The record of the request that a thread has in hand.
in_hand = threading.local()


class SlowAnswer(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        response = super().say(wanted)
        time.sleep(ANSWER_SECONDS)
        in_hand.record = response.body
        return response


class Insistent(Handler):
    def handle_any(self) -> None:
        try:
            super().handle_any()
        except ConnectionError:
            if self.command == "POST":
                record = in_hand.record
                self.server.service.store.add(record["prompt"], record["text"])
            raise


class StoresAgain(Master):
    def work(self, listener: Listener) -> None:
        listener.RequestHandlerClass = Insistent
        super().work(listener)


if __name__ == "__main__":
    StoresAgain(SlowAnswer).run()
