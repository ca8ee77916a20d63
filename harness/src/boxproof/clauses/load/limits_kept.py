"""Whether a load kept to the limits of one key of ``[load]``: measured twice before it did not."""

from collections.abc import Callable, Iterator

from boxproof.config.load_options import LoadLimit
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.findings import Finding, told
from boxproof.core.load_statistics import Estimate
from boxproof.core.verdicts import Cause
from boxproof.scenarios.load_run import BUSY_PERCENT, LoadRun
from boxproof.scenarios.load_windows import MEASURES, Measure, Window, limited

#: How a number of a key is shown: digits and unit.
UNITS = {"error_rate": "{:.2%}", "requests_per_second": "{:.4g}/s", "tokens_per_second": "{:.4g}/s"}
SECONDS = "{:.3g} s"


def is_limited(key: str) -> Callable[[Config], bool]:
    """Whether a file limits it."""
    return lambda config: any(config.load.limits_of(key))


def require_kept(load_run: LoadRun, config: Config, key: str, what: str) -> None:
    """Break a clause where a limit of a key is surely not kept to, both times.

    Args:
        what: what the key limits, in a few words.

    Raises:
        Breach: one is not.
        NotJudged: nothing can be said for certain, or no operation is as the limit names it.
    """
    measure, findings, unsure = MEASURES[key], list[Finding](), list[str]()
    for limit in config.load.limits_of(key):
        for windows, operation in _limited(load_run, limit, key):
            value: float = getattr(limit, key)
            seen = [found for each in windows if (found := measure.of(each, operation))]
            if not seen or not measure.is_over(seen[-1].value, value):
                continue
            where = f"{windows[0].phase}: {operation}"
            lines = [_line(key, each) for each in seen]
            if _is_sure(measure, seen, value):
                summary = f"{where}: {what} {lines[-1]}; the limit is {_number(key, value)}"
                first = [f"{where}, {n}. time: {line}" for n, line in enumerate(lines, 1)]
                findings.append(
                    Finding(summary=summary, operation=operation, evidence=tuple(first))
                )
            else:
                unsure.append(f"{where}: {what} {' and '.join(lines)}, limit {_number(key, value)}")
    _check_reliable(load_run, [*findings, *unsure])
    if findings:
        summary, evidence = told(findings)
        raise Breach(summary, evidence, findings=findings)
    if unsure:
        raise NotJudged(
            f"beyond a limit, but not for certain both times: {'; '.join(unsure)}; measure longer "
            "with --seconds",
            Cause.UNDECIDED,
        )


def _is_sure(measure: Measure, seen: list[Estimate], limit: float) -> bool:
    return len(seen) > 1 and all(measure.is_surely_over(each, limit) for each in seen[-2:])


def _limited(
    load_run: LoadRun, limit: LoadLimit, key: str
) -> Iterator[tuple[tuple[Window, ...], str]]:
    """The windows of each phase and each operation that a limit is about.

    Raises:
        NotJudged: there are none.
    """
    found = [
        (windows, operation)
        for windows in load_run.phases(limit, key)
        for operation in limited(limit, key, windows[-1])
    ]
    if not found:
        phases = ", ".join(dict.fromkeys(each.phase for each in load_run.windows))
        known = ", ".join(
            dict.fromkeys(name for each in load_run.windows for name in each.operations)
        )
        named = " ".join(filter(None, (limit.operation or "any operation", limit.phase)))
        raise NotJudged(
            f"nothing was measured of {named}; operations: {known}; phases: {phases}",
            Cause.UNDECIDED,
        )
    yield from found


def _check_reliable(load_run: LoadRun, beyond: list[object]) -> None:
    """See that it was not the load's own processes that were too slow.

    Raises:
        NotJudged: they were, where something is beyond a limit.
    """
    busiest = max((each.cpu_percent for each in load_run.windows), default=0.0)
    if beyond and busiest > BUSY_PERCENT:
        raise NotJudged(
            f"what makes the load had no time left ({busiest:.0f} % of a core): give it more "
            "processes with --processes, or another machine",
            Cause.UNDECIDED,
        )


def _line(key: str, found: Estimate) -> str:
    low, high = (_number(key, each) for each in (found.low, found.high))
    return f"{_number(key, found.value)} ({low} to {high}, confidence 95 %)"


def _number(key: str, number: float) -> str:
    return UNITS.get(key, SECONDS).format(number)
