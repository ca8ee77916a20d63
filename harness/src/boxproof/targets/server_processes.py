"""The server among the processes inside a target: a master and its workers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from boxproof.core.breaches import Breach
from boxproof.core.errors import HasEnded
from boxproof.targets.abilities import InspectsProcesses, Process


@dataclass(frozen=True, slots=True)
class Tree:
    """A server: the master, and the workers that are its children."""

    master: Process
    workers: tuple[Process, ...]


def tree_of(processes: Iterable[Process], pattern: str) -> Tree:
    """The server among processes; ``pattern`` matches the master's and its workers' command line.

    Raises:
        Breach: there is no master, or more than one.
    """
    every = tuple(processes)
    matching = {each.pid: each for each in every if re.search(pattern, each.command)}
    masters = [each for each in matching.values() if each.parent not in matching]
    if len(masters) != 1:
        raise Breach(
            f"{len(masters)} master processes match {pattern!r}, not one", process_lines(every)
        )
    workers = tuple(each for each in matching.values() if each.parent == masters[0].pid)
    return Tree(masters[0], workers)


def remaining(processes: InspectsProcesses) -> tuple[Process, ...]:
    """The processes inside; none where the server, and its container with it, has ended."""
    try:
        return tuple(processes.processes())
    except HasEnded:
        return ()


def process_lines(processes: Iterable[Process]) -> list[str]:
    """A table of processes."""
    rows = [f"{each.pid:>7} {each.parent:>7} {each.uid:>5} {each.command}" for each in processes]
    return [f"{'pid':>7} {'parent':>7} {'uid':>5} command", *rows]
