"""How long each operation took: quartiles of its answers, in milliseconds."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import quantiles

from boxproof.reports.html.figures import ACCENT, Figure, text_of
from boxproof.reports.html.gathered import Sent

#: The operations with the most answers; the fuzzing makes a path of every id.
OPERATIONS_MOST = 20


def latency(requests: Sequence[Sent]) -> Figure | None:
    """The figure; None where nothing was answered."""
    answered: dict[str, list[float]] = defaultdict(list)
    for each in requests:
        if each.status is not None:
            answered[each.operation].append(each.seconds * 1000)
    # Of a single answer there is no distribution.
    counted = {name: times for name, times in answered.items() if len(times) > 1}
    if not counted:
        return None
    names = sorted(counted, key=lambda name: -len(counted[name]))[:OPERATIONS_MOST]
    cuts = {name: _cuts(counted[name]) for name in names}
    left_out = len(answered) - len(names)
    note = f"{left_out} operations with fewer answers are left out." if left_out else ""
    told = [f"{text_of(name, 48)} ({len(counted[name])})" for name in names]
    box = {
        "type": "box",
        "orientation": "h",
        "y": told,
        "lowerfence": [cuts[name][0] for name in names],
        "q1": [cuts[name][1] for name in names],
        "median": [cuts[name][2] for name in names],
        "q3": [cuts[name][3] for name in names],
        "upperfence": [cuts[name][4] for name in names],
        "marker": {"color": ACCENT},
        "showlegend": False,
    }
    layout = {
        "height": 120 + 28 * len(names),
        "xaxis": {"type": "log", "title": {"text": "milliseconds: 5 %, quartiles, 95 %"}},
        "yaxis": {"automargin": True, "autorange": "reversed"},
    }
    slowest = max(names, key=lambda name: cuts[name][2])
    says = f"latency of {len(names)} operations; {slowest} has the longest median"
    return Figure("latency", f"{says}, {cuts[slowest][2]:.1f} ms", [box], layout, note)


def _cuts(times: Sequence[float]) -> tuple[float, ...]:
    """5 %, 25 %, 50 %, 75 % and 95 %."""
    cuts = quantiles(times, n=20, method="inclusive")
    return tuple(round(max(cuts[place], 0.01), 2) for place in (0, 4, 9, 14, 18))
