"""How long production lets a container take to stop."""

import re
from collections.abc import Mapping
from typing import Any

#: What compose takes where the file does not say.
GRACE_SECONDS = 10.0


def grace_seconds(service: Mapping[str, Any]) -> float:
    """How long the engine waits between the stop signal and SIGKILL, as the document says.

    Compose resolves durations to Go's form, such as ``1m30s``.
    """
    wanted = str(service.get("stop_grace_period") or "")
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
    parts = re.findall(r"([\d.]+)(h|ms|us|µs|ns|m|s)", wanted)
    return sum(float(number) * units[unit] for number, unit in parts) if parts else GRACE_SECONDS
