"""Starts a thread for every request that it does, which waits for ever."""

import threading
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master


class LeaksThreads(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        return super().say(wanted)


if __name__ == "__main__":
    Master(LeaksThreads).run()
