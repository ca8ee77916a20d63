"""What a load saw, second by second: requests done, refused and failed, users, the 99 % latency."""

from collections.abc import Sequence
from typing import Any

from boxproof.journal.entries import LoadSecondEnded
from boxproof.reports.html.figures import ACCENT, BAD, GOOD, OTHER, REFUSED, Figure

COUNTED = {"done": GOOD, "refused": REFUSED, "failed": BAD}


def load_chart(seconds: Sequence[LoadSecondEnded]) -> Figure | None:
    """The figure; None where there was no load."""
    if not seconds:
        return None
    x = [round(each.began, 1) for each in seconds]
    data = [
        _line(f"{name} a second", x, [_sum(each, name) for each in seconds], colour)
        for name, colour in COUNTED.items()
    ]
    data.append(_line("users", x, [each.users for each in seconds], ACCENT, dash="dot"))
    slowest = [_slowest(each) for each in seconds]
    data.append(_line("99 %, slowest operation", x, slowest, OTHER, axis="y2"))
    most = max(_sum(each, "done") for each in seconds)
    says = f"a load of {len(seconds)} s: at most {most} requests a second were done"
    layout = {
        "height": 420,
        "xaxis": {"title": {"text": "seconds since the run began"}, "anchor": "y2"},
        "yaxis": {
            "domain": [0.4, 1.0],
            "title": {"text": "a second; users"},
            "rangemode": "tozero",
        },
        "yaxis2": {"domain": [0.0, 0.32], "title": {"text": "milliseconds"}, "rangemode": "tozero"},
        "legend": {"orientation": "h", "y": 1.12},
    }
    return Figure("load", says, data, layout)


def _sum(second: LoadSecondEnded, name: str) -> int:
    return sum(int(each.get(name, 0)) for each in second.operations.values())


def _slowest(second: LoadSecondEnded) -> float | None:
    """The longest of the operations' latencies at 99 %, in milliseconds."""
    told = [each["p99_seconds"] for each in second.operations.values() if each.get("p99_seconds")]
    return round(max(told) * 1000, 2) if told else None


def _line(
    name: str,
    x: Sequence[float],
    y: Sequence[float | None],
    colour: str,
    *,
    axis: str = "y",
    dash: str = "solid",
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "yaxis": axis,
        "line": {"color": colour, "dash": dash},
    }
