"""Each worker serves one connection at a time: one that stalls keeps everybody waiting."""

from socketserver import BaseServer

from apps.good import Service
from apps.prefork import Listener, Master


class OneAtATime(Master):
    def work(self, listener: Listener) -> None:
        listener.process_request = lambda *connection: BaseServer.process_request(
            listener, *connection
        )
        super().work(listener)


if __name__ == "__main__":
    OneAtATime(Service).run()
