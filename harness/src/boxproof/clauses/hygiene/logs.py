"""What the service logged, judged when everything else has been asked of it."""

import json

from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.targets.abilities import ReadsLogs

TRACEBACK = "Traceback (most recent call last)"
LINES = 10


@clause(
    "hygiene.logs-json",
    Level.MUST,
    "Every line that the service logs MUST be a JSON object.",
    needs=(ReadsLogs,),
    promised=lambda config: config.server is not None and config.server.json_logs,
    after=(*Effect,),
)
def logs_json(logs: ReadsLogs) -> None:
    lines = logs.logs().splitlines()
    require(lines, "the service logged nothing")
    wrong = [f"line {number}: {line}" for number, line in enumerate(lines, 1) if not _is_json(line)]
    require(not wrong, f"{len(wrong)} of {len(lines)} lines are not JSON objects", wrong[:LINES])


@clause(
    "hygiene.logs-without-traceback",
    Level.MUST,
    "Answering requests of any kind, the service MUST NOT log a traceback.",
    needs=(ReadsLogs,),
    after=(*Effect,),
)
def logs_without_traceback(logs: ReadsLogs) -> None:
    found = [line for line in logs.logs().splitlines() if TRACEBACK in line]
    require(not found, f"{len(found)} tracebacks in the log", found[:LINES])


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
