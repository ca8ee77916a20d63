"""The whole run on one clock: requests, faults, starts and stops, log lines, what was used."""

import json
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from boxproof.journal.entries import Sampled
from boxproof.reports.html.figures import (
    ACCENT,
    BAD,
    GOOD,
    OTHER,
    REFUSED,
    Figure,
    colour_of,
    text_of,
)
from boxproof.reports.html.gathered import Gathered, Sent

#: A browser draws so many in a second; 5xx and the slowest are all among them.
REQUESTS_MOST = 3000
SLOWEST = 300
LOGS_MOST = 500
NAMES = {GOOD: "2xx, 3xx", REFUSED: "4xx", BAD: "5xx", OTHER: "no answer"}
#: The fault that does nothing, with which the others are compared.
NO_FAULT = "none"
#: What a line of a log holds that a person looks for.
LOUD = ("error", "critical", "fatal", "warning", "traceback")
#: Each row of the chart: from where to where of its height.
ROWS = {
    "y": [0.56, 1.0],
    "y2": [0.46, 0.54],
    "y3": [0.31, 0.44],
    "y4": [0.16, 0.29],
    "y5": [0.0, 0.14],
}
USED: tuple[tuple[str, str, Callable[[Sampled], float | None]], ...] = (
    ("y3", "memory, MiB", lambda sample: sample.memory_bytes and sample.memory_bytes / 2**20),
    ("y5", "descriptors", lambda sample: sample.descriptors),
)


def timeline(gathered: Gathered, seconds: float) -> Figure:
    """The figure; ``seconds`` is how long the run took."""
    shown, note = _sampled(gathered.requests)
    data = [*_requests(shown), *_events(gathered), *_logs(gathered), *_used(gathered)]
    says = (
        f"{len(gathered.requests)} requests, {len(gathered.faults)} faults and "
        f"{len(gathered.events)} starts, stops and actions in {seconds:.0f} s"
    )
    return Figure("timeline", says, data, _layout(gathered, seconds), note)


def _sampled(requests: Sequence[Sent]) -> tuple[list[Sent], str]:
    """As many as can be drawn, and what is left out."""
    if len(requests) <= REQUESTS_MOST:
        return [*requests], ""
    slowest = set(sorted(range(len(requests)), key=lambda n: -requests[n].seconds)[:SLOWEST])
    kept: list[Sent] = []
    others: list[Sent] = []
    for number, each in enumerate(requests):
        bad = each.status is not None and each.status >= 500
        (kept if bad or number in slowest else others).append(each)
    # The same journal gives the same page.
    drawn = random.Random(0).sample(others, max(0, min(len(others), REQUESTS_MOST - len(kept))))
    left_out = len(requests) - len(kept) - len(drawn)
    note = (
        f"{left_out} of {len(requests)} requests are left out at random; every 5xx and the "
        f"{SLOWEST} slowest are drawn."
    )
    return [*kept, *drawn], note


def _requests(shown: Sequence[Sent]) -> list[dict[str, Any]]:
    traces = []
    for colour, name in NAMES.items():
        mine = [each for each in shown if colour_of(each.status) == colour]
        if mine:
            told = [
                f"{each.operation} → {each.status or 'no answer'}<br>{each.deployment}"
                for each in map(_escaped, mine)
            ]
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": [round(each.t, 3) for each in mine],
                    "y": [round(max(each.seconds, 0.0001) * 1000, 2) for each in mine],
                    "text": told,
                    "hovertemplate": "%{x:.3f} s, %{y} ms<br>%{text}<extra></extra>",
                    "marker": {"color": colour, "size": 5, "opacity": 0.7},
                }
            )
    return traces


def _escaped(each: Sent) -> Sent:
    """With an operation of which Plotly reads nothing as markup, and that fits a label."""
    operation = text_of(each.operation)
    return Sent(each.t, each.seconds, operation, each.status, each.deployment)


def _events(gathered: Gathered) -> list[dict[str, Any]]:
    events = gathered.events
    if not events:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "start, stop, action",
            "x": [round(each.t, 3) for each in events],
            "y": ["actions"] * len(events),
            "yaxis": "y2",
            "text": [f"{text_of(each.what)}<br>{each.deployment}" for each in events],
            "hovertemplate": "%{x:.3f} s: %{text}<extra></extra>",
            "marker": {"color": ACCENT, "symbol": "diamond", "size": 8},
        }
    ]


def _logs(gathered: Gathered) -> list[dict[str, Any]]:
    loud = [(t, line) for t, line, _ in gathered.logs if _is_loud(line)][:LOGS_MOST]
    if not loud:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "log: warning or worse",
            "x": [round(t, 3) for t, _ in loud],
            "y": ["log"] * len(loud),
            "yaxis": "y2",
            "text": [text_of(line) for _, line in loud],
            "hovertemplate": "%{x:.3f} s: %{text}<extra></extra>",
            "marker": {"color": OTHER, "symbol": "line-ns-open", "size": 10},
        }
    ]


def _is_loud(line: str) -> bool:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    level = told.get("level", told.get("severity", "")) if isinstance(told, dict) else line
    return any(each in str(level).lower() for each in LOUD)


def _used(gathered: Gathered) -> list[dict[str, Any]]:
    """Memory, CPU and descriptors of each deployment."""
    traces: list[dict[str, Any]] = []
    for deployment in dict.fromkeys(sample.deployment for _, sample in gathered.samples):
        mine = [(t, sample) for t, sample in gathered.samples if sample.deployment == deployment]
        for axis, name, value in USED:
            points = [(t, value(sample)) for t, sample in mine]
            traces += _line(axis, f"{name}, {deployment}", points)
        cores = [
            (t, (later.cpu_seconds - before.cpu_seconds) / (t - began))
            for (began, before), (t, later) in pairwise(mine)
            if later.cpu_seconds is not None and before.cpu_seconds is not None and t > began
        ]
        # A count that begins again is another process's.
        traces += _line("y4", f"cores, {deployment}", [each for each in cores if each[1] >= 0])
    return traces


def _line(
    axis: str, name: str, points: Sequence[tuple[float, float | None]]
) -> list[dict[str, Any]]:
    known = [(t, value) for t, value in points if value is not None]
    if not known:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(known) < 3 else "lines",
            "name": name,
            "x": [round(t, 2) for t, _ in known],
            "y": [round(value, 2) for _, value in known],
            "yaxis": axis,
            "line": {"width": 1.5},
            "showlegend": False,
            "hovertemplate": f"%{{x:.1f}} s: %{{y}}<br>{name}<extra></extra>",
        }
    ]


def _layout(gathered: Gathered, seconds: float) -> dict[str, Any]:
    titles = {"y": "latency, ms", "y2": "", "y3": "memory, MiB", "y4": "cores", "y5": "descriptors"}
    layout: dict[str, Any] = {
        "height": 640,
        "xaxis": {
            "title": {"text": "seconds since the run began"},
            "range": [0, max(seconds, 1)],
            "anchor": "y5",
        },
        "legend": {"orientation": "h", "y": 1.06},
        "hovermode": "closest",
    }
    for axis, domain in ROWS.items():
        layout[f"yaxis{axis[1:]}"] = {"domain": domain, "title": {"text": titles[axis]}}
    layout["yaxis"]["type"] = "log"
    layout["yaxis2"] |= {"type": "category", "categoryarray": ["log", "actions"]}
    layout["shapes"] = [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": each.began,
            "x1": seconds if each.ended is None else each.ended,
            "y0": 0,
            "y1": 1,
            "fillcolor": BAD,
            "opacity": 0.12,
            "line": {"width": 0},
        }
        for each in gathered.faults
    ]
    layout["annotations"] = [
        {
            "x": each.began,
            "y": 1,
            "xref": "x",
            "yref": "paper",
            "text": text_of(each.name),
            "textangle": -90,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "top",
            "font": {"size": 9},
        }
        for each in gathered.faults
        if each.name != NO_FAULT
    ]
    return layout
