"""Gives every request that a worker answers the same id."""

import os

from apps.good import REQUEST_ID, Service
from apps.prefork import Master


class IdOfWorker(Service):
    def request_id(self, given: str) -> str:
        return given if REQUEST_ID.fullmatch(given) else f"worker-{os.getpid()}"


if __name__ == "__main__":
    Master(IdOfWorker).run()
