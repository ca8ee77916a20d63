"""What the service logged, judged when everything else has been asked of it."""

import json

from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.run_logs import RunLine
from boxproof.targets.abilities import ReadsLogs

TRACEBACK = "Traceback (most recent call last)"
LINES = 10
#: Tracebacks that are shown.
SHOWN = 3


@clause(
    "hygiene.logs-json",
    Level.MUST,
    "Every line that the service logs MUST be a JSON object.",
    needs=(ReadsLogs,),
    promised=lambda config: config.server is not None and config.server.json_logs,
    after=(*Effect,),
)
def logs_json(run_logs: tuple[RunLine, ...]) -> None:
    _require_lines(run_logs)
    wrong = [str(line) for line in run_logs if not _is_json(line.text)]
    require(
        not wrong,
        f"{len(wrong)} of {len(run_logs)} lines are not JSON objects",
        wrong[:LINES],
        anomalies=[(line,) for line in wrong],
    )


@clause(
    "hygiene.logs-without-traceback",
    Level.MUST,
    "Answering requests of any kind, the service MUST NOT log a traceback.",
    needs=(ReadsLogs,),
    after=(*Effect,),
)
def logs_without_traceback(run_logs: tuple[RunLine, ...]) -> None:
    _require_lines(run_logs)
    found = [number for number, line in enumerate(run_logs) if TRACEBACK in line.text]
    tracebacks = [[str(line) for line in run_logs[number : number + LINES]] for number in found]
    whose = sorted({run_logs[number].deployment for number in found})
    require(
        not found,
        f"{len(found)} tracebacks in the log of {', '.join(whose)}",
        [line for each in tracebacks[:SHOWN] for line in each],
        anomalies=tracebacks,
    )


def _require_lines(run_logs: tuple[RunLine, ...]) -> None:
    """Judge nothing where nothing was logged, or nothing of it could be read."""
    if not run_logs:
        raise NotJudged("no deployment logged a line", Cause.UNDECIDED)


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
