"""Waiting for what only a look inside can tell."""

import time
from collections.abc import Callable

from boxproof.core import cancellation

LOOK_SECONDS = 0.1


def until(true: Callable[[], bool], limit_seconds: float) -> bool:
    """Look again and again until it is true; False at the limit."""
    deadline = time.monotonic() + limit_seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        cancellation.wait(LOOK_SECONDS)
    return True
