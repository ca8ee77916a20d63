"""The shortest history that breaks a durability clause: its clients against time.

Its rows are those of the clause's evidence, as :mod:`boxproof.ledger.table` writes them.
"""

import re
from collections.abc import Sequence
from typing import Any

from boxproof.reports.html.figures import ACCENT, Figure, colour_of, text_of

ROW = re.compile(r"^ +(?P<t>\d+\.\d+) s  (?P<who>\S+) +(?P<what>.+)$")
ENDED = re.compile(r" at (\d+\.\d+) s$")
STATUS = re.compile(r"→ (\d{3}|no answer)")
#: In the place of a client: something was done to the service.
DONE = "—"


def history_diagram(clause: str, evidence: Sequence[str]) -> Figure | None:
    """The figure of the first history in a clause's evidence; None where there is none."""
    rows = []
    for line in evidence:
        found = ROW.match(line)
        if found:
            rows.append((float(found["t"]), found["who"], found["what"]))
        elif rows:
            break
    asked = [each for each in rows if ENDED.search(each[2])]
    if not asked:
        return None
    data = [_bar(*each) for each in asked]
    done = [each for each in rows if each[1] == DONE]
    layout: dict[str, Any] = {
        "height": 140 + 34 * len({who for _, who, _ in asked}),
        "xaxis": {"title": {"text": "seconds since the run began"}},
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed"},
        "showlegend": False,
        "shapes": [
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": t,
                "x1": t,
                "y0": 0,
                "y1": 1,
                "line": {"color": ACCENT, "dash": "dot"},
            }
            for t, _, _ in done
        ],
        "annotations": [
            {
                "x": t,
                "y": 1,
                "xref": "x",
                "yref": "paper",
                "yanchor": "bottom",
                "text": text_of(what, 40),
                "showarrow": False,
            }
            for t, _, what in done
        ],
    }
    says = f"the history that breaks {clause}: {'; '.join(what for _, _, what in rows)}"
    return Figure(f"history-{clause}", says, data, layout)


def _bar(began: float, who: str, what: str) -> dict[str, Any]:
    """One request, from its beginning to its end."""
    ended = ENDED.search(what)
    assert ended is not None
    status = STATUS.search(what)
    code = int(status[1]) if status and status[1].isdecimal() else None
    until = max(float(ended[1]), began + 0.002)
    told = text_of(ENDED.sub("", what))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [began, until],
        "y": [who, who],
        "text": [told, told],
        "hovertemplate": "%{text}<br>%{x:.3f} s<extra></extra>",
        "line": {"color": colour_of(code), "width": 6},
        "marker": {"color": colour_of(code), "size": 8, "symbol": "line-ns-open"},
    }
