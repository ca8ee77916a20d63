"""Logs the keys of whoever it lets in."""

from apps.credentials.keyed import Keyed
from apps.prefork import Master, log


class LogsKeys(Keyed):
    def knows(self, key: str) -> bool:
        if key in self.keys:
            log("info", f"let in: {key}")
        return super().knows(key)


if __name__ == "__main__":
    Master(LogsKeys).run()
