"""Figures beside their targets, and the table of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Figure:
    """One line of the table; without a target nothing is judged."""

    name: str
    value: str
    target: str = ""
    reached: bool | None = None


def at_least(name: str, ratio: float, target: float, unit: str = "x") -> Figure:
    """A figure that should be so large."""
    return Figure(name, f"{ratio:.2f}{unit}", f">= {target:g}{unit}", ratio >= target)


def at_most(name: str, ratio: float, target: float, unit: str = "x") -> Figure:
    """A figure that should be so small."""
    return Figure(name, f"{ratio:.2f}{unit}", f"<= {target:g}{unit}", ratio <= target)


def all_of(name: str, count: int, total: int) -> Figure:
    """Something that should hold for every case."""
    return Figure(name, f"{count} of {total}", f"{total}", count == total > 0)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def show(parts: Iterable[tuple[str, Sequence[Figure]]]) -> bool:
    """Print the table; returns whether every target was reached."""
    missed = 0
    for part, figures in parts:
        print(f"\n{part}")
        for figure in figures:
            verdict = {None: "", True: "reached", False: "MISSED"}[figure.reached]
            line = f"  {figure.name:<58} {figure.value:>26}  {figure.target:<14} {verdict}"
            print(line.rstrip())
            missed += figure.reached is False
    print(f"\n{missed} missed" if missed else "\nevery target that was measured is reached")
    return not missed
