"""Late the first time with each thing, as on a machine that others keep busy; then in time.

What was late already is noted in the folder ``LATE``, which all of a run's servers share. With
``LATE=always`` nothing is ever in time; ``LATE_SECONDS`` says by how much.
"""

import os
import time
from pathlib import Path
from typing import Any

from apps.good import Response, Service
from apps.prefork import Master

#: Longer than the limits of the test.
LATE_SECONDS = float(os.environ.get("LATE_SECONDS", "3"))


def late(what: str) -> bool:
    """Whether this is the first time."""
    if os.environ["LATE"] == "always":
        return True
    try:
        (Path(os.environ["LATE"]) / what).touch(exist_ok=False)
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
        if late("answer"):
            time.sleep(LATE_SECONDS)
        return super().say(wanted)


if __name__ == "__main__":
    LateMaster(LateService).run()
