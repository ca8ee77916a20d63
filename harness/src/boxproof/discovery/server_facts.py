"""What a running server shows of itself: its master and workers, its log, its variables."""

import json
import re
from collections.abc import Mapping
from typing import Any

from boxproof.config.options import Server
from boxproof.core.breaches import Breach, NotJudged
from boxproof.discovery.draft import Found, note
from boxproof.targets.abilities import InspectsProcesses, ReadsLogs
from boxproof.targets.base import Deployment
from boxproof.targets.server_processes import tree_of

#: Servers that run workers below a master.
MASTERS = ("gunicorn", "uvicorn", "hypercorn", "granian", "uwsgi")
WORKERS = re.compile(r"(^|_)WORKERS$|^WEB_CONCURRENCY$")
PORTS = re.compile(r"(^|_)PORT$")
#: Fewer lines are no habit.
LINES_LEAST = 3


def find(
    deployment: Deployment, environment: Mapping[str, Any], port: int, *, read_only: bool
) -> tuple[Server | None, dict[str, str]]:
    """The ``[server]`` table of what runs workers below a master; None for any other server.

    Args:
        environment: what the compose file sets.
        read_only: whether it asks for a read-only root file system.
    """
    try:
        processes = deployment.ability(InspectsProcesses).processes()
        log = deployment.ability(ReadsLogs).logs()
    except NotJudged:
        return None, {}
    for name in MASTERS:
        try:
            count = len(tree_of(processes, name).workers)
        except Breach:
            continue
        if count == 0:
            continue
        notes = {"server.master": note(Found.READ, f"of its processes; workers: {count}")}
        told = {key: str(value) for key, value in environment.items() if value is not None}
        workers = _named(told, WORKERS, count)
        if workers:
            notes["server.workers_variable"] = note(Found.READ, f"{count}, and so many ran")
        ports = _named(told, PORTS, port)
        server = Server(
            master=name,
            workers_variable=workers,
            workers=count if workers else 1,
            port_variable=ports,
            json_logs=_is_json(log),
            read_only_root=read_only,
        )
        return server, notes
    return None, {}


def _named(environment: Mapping[str, str], pattern: re.Pattern[str], value: int) -> str:
    """The variable that has this value, and such a name; empty where none does."""
    fits = (key for key, each in environment.items() if pattern.search(key) and each == str(value))
    return next(fits, "")


def _is_json(log: str) -> bool:
    """Whether every line of a log is a JSON object."""
    lines = [each for each in log.splitlines() if each.strip()]
    try:
        return len(lines) >= LINES_LEAST and all(isinstance(json.loads(e), dict) for e in lines)
    except ValueError:
        return False
