"""When the engine did what to a container, on the engine's clock."""

import json
import re
from collections.abc import Iterable
from datetime import datetime

from boxproof.core.log_lines import log_lines
from boxproof.journal import Journal
from boxproof.journal.entries import Logged
from boxproof.targets.abilities import Line
from boxproof.targets.compose import engine
from boxproof.targets.compose.container import Container

#: Engines write nanoseconds, ``datetime`` takes microseconds.
FINER = re.compile(r"(\.\d{6})\d+")


def age_seconds(container: Container) -> float:
    """How long ago the container's first process ran, both moments on the engine's clock."""
    return max(0.0, epoch(_now()) - epoch(_started(container)))


def logged(
    container: Container, deployment: str, journal: Journal, neighbour: str = ""
) -> tuple[Logged, ...]:
    """A container's log so far, each line with its time on the journal's clock where it has one.

    The engine's clock is taken for this machine's. ``neighbour`` is the service beside the judged
    one whose container it is.
    """
    found = []
    for line in log_lines(container.log("--timestamps")):
        at, _, text = line.partition(" ")
        moment = epoch_or_none(at)
        found.append(
            Logged(deployment=deployment, line=line, neighbour=neighbour)
            if moment is None
            else Logged(
                deployment=deployment, line=text, at=journal.at(moment), neighbour=neighbour
            )
        )
    return tuple(found)


def timed(logged: Iterable[Logged]) -> tuple[Line, ...]:
    """The lines that have a time, in its order: of both streams, one comes after the other."""
    found = (Line(each.at, each.line) for each in logged if each.at is not None)
    return tuple(sorted(found, key=lambda each: each.at))


def health_said(container: Container) -> tuple[str, ...]:
    """Every change of the container's health since its latest start, the present word last."""
    state = engine.inspect(container.name)[0]["State"]
    if "Health" not in state:
        return ()
    said = engine.docker(
        "events",
        *("--since", state["StartedAt"], "--until", _now()),
        *("--filter", f"container={container.name}", "--filter", "event=health_status"),
        *("--format", "{{json .}}"),
    )
    changes = [json.loads(line)["status"].rpartition(": ")[2] for line in said.splitlines()]
    return (*changes, str(state["Health"]["Status"]))


def _started(container: Container) -> str:
    return str(engine.inspect(container.name)[0]["State"]["StartedAt"])


def _now() -> str:
    """The engine's present moment."""
    return engine.docker("info", "--format", "{{.SystemTime}}").strip()


def epoch(at: str) -> float:
    """An engine's timestamp in seconds since 1970."""
    return datetime.fromisoformat(FINER.sub(r"\1", at)).timestamp()


def epoch_or_none(at: str) -> float | None:
    """The same, None for what is not a timestamp (a word of the engine's own among the lines)."""
    try:
        return epoch(at)
    except ValueError:
        return None
