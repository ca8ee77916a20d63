"""Ends with a traceback where it may not write to its volume."""

from apps.good import Service
from apps.prefork import Master, Settings
from apps.store import Store


class CrashesOnReadOnly(Service):
    def opened(self, settings: Settings) -> Store:
        return self.store_class(settings.data)


if __name__ == "__main__":
    Master(CrashesOnReadOnly).run()
