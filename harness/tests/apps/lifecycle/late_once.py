"""Late the first time with each thing, as on a machine that others keep busy; then in time.

What was late already is noted in the folder ``LATE``, which all of a run's servers share. With
``LATE=always`` it is so with each server anew, and no server ever stops or refuses in time;
``LATE_SECONDS`` says by how much.
"""

import os
import time
from pathlib import Path
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

#: Longer than the limits of the test.
LATE_SECONDS = float(os.environ.get("LATE_SECONDS", "3"))


ALWAYS = os.environ.get("LATE") == "always"


def late(what: str) -> bool:
    """Whether this is the first time, or any is."""
    return ALWAYS or first(Path(os.environ["LATE"]) / what)


def first(mark: Path) -> bool:
    """Whether nobody has left this mark yet."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


class LateMaster(Master):
    def worker_count(self, wanted: str) -> int:
        if not wanted.isdigit() and late("refusal"):
            time.sleep(LATE_SECONDS)
        return super().worker_count(wanted)

    def stop(self, *ignored: Any) -> None:
        if not late("stop"):
            super().stop(*ignored)


class LateService(Service):
    def say(self, wanted: dict[str, Any]) -> Response:
        # A service that never did its work would be judged by that alone.
        if first(self.settings.data / f"answered-{os.getppid()}") if ALWAYS else late("answer"):
            time.sleep(LATE_SECONDS)
        return super().say(wanted)


if __name__ == "__main__":
    LateMaster(LateService).run()
