"""Where the seconds of the start went."""

from collections.abc import Mapping
from typing import Any

from boxproof.reports.html.figures import Figure, text_of


def start_parts(run: Mapping[str, Any]) -> Figure | None:
    """The figure; None where no clause looked at them."""
    parts: Mapping[str, float] = run.get("start_seconds") or {}
    if not parts:
        return None
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": text_of(name),
            "x": [round(seconds, 3)],
            "y": ["start"],
            "text": [f"{text_of(name)} {seconds:.2f} s"],
            "textposition": "inside",
            "hovertemplate": f"{text_of(name)}: %{{x}} s<extra></extra>",
        }
        for name, seconds in parts.items()
    ]
    says = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in parts.items())
    layout = {
        "barmode": "stack",
        "height": 150,
        "xaxis": {"title": {"text": "seconds"}},
        "yaxis": {"visible": False},
        "legend": {"orientation": "h", "y": 1.3},
    }
    return Figure("start", f"the start: {says}", bars, layout)
