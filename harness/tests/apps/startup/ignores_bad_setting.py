"""Takes a setting that makes no sense for its default."""

from apps.good import Service
from apps.prefork import Master


class IgnoresBadSetting(Master):
    def worker_count(self, wanted: str) -> int:
        return super().worker_count(wanted if wanted.isdigit() else "1")


if __name__ == "__main__":
    IgnoresBadSetting(Service).run()
