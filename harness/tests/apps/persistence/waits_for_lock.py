"""Waits for a lock of the database as long as it takes, whoever waits for an answer."""

from apps.good import Service
from apps.prefork import Master
from apps.store import Store


class Patient(Store):
    wait_seconds = 3600.0


class WaitsForTheLock(Service):
    store_class = Patient


if __name__ == "__main__":
    Master(WaitsForTheLock).run()
