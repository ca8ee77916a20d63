"""Ends at SIGTERM whatever it is in the middle of."""

import os
import signal

from apps.good import Service
from apps.prefork import Listener, Master


class DropsInFlight(Master):
    def work(self, listener: Listener) -> None:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        listener.serve_forever()


if __name__ == "__main__":
    DropsInFlight(Service).run()
