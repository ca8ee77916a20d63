"""The curve of texts that came in time against how many were asked for, as a picture."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

#: Words stay words, to be found and read aloud; the same figures give the same file.
SVG = {"svg.fonttype": "none", "svg.hashsalt": "boxproof", "font.family": "sans-serif"}
#: Seen as well on a white page as on a dark one.
LINES, WORDS, IDEAL = "#2f81d6", "#767676", "#909090"
INCHES = (6.4, 3.4)


def draw(file: Path, offered: Sequence[float], came: Sequence[float]) -> None:
    """Write the picture as SVG.

    Args:
        offered: texts a second that were asked for, in rising order.
        came: of each, texts a second that came in time.
    """
    with mpl.rc_context(SVG):
        canvas = Canvas(figsize=INCHES, layout="constrained")
        axes = canvas.subplots()
        axes.plot(offered, came, color=LINES, marker="o", label="came in time")
        rising = [0.0, max(came)]
        axes.plot(rising, rising, color=IDEAL, linestyle=":", label="all that were asked for")
        axes.set_xlabel("texts asked for, a second", color=WORDS)
        axes.set_ylabel("texts that came in time, a second", color=WORDS)
        axes.set(xlim=0, ylim=0)
        axes.tick_params(colors=WORDS)
        for each in axes.spines.values():
            each.set_color(WORDS)
        axes.legend(frameon=False, labelcolor=WORDS, loc="lower right")
        canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None})
