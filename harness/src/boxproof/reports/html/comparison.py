"""What has changed since another run, by its ``report.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxproof.core.errors import ConfigError
from boxproof.core.verdicts import Verdict
from boxproof.reports.model import Report

#: A clause is slower where it took so many times as long, and so many seconds more: one run's times
#: differ from another's by less than that on a busy machine.
TIMES, SECONDS = 2.0, 2.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of clauses, and of the slower ones their seconds then and now."""

    broken: tuple[str, ...]
    mended: tuple[str, ...]
    slower: tuple[tuple[str, float, float], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has changed."""
        return not (self.broken or self.mended or self.slower)


def read_baseline(path: Path) -> Mapping[str, Any]:
    """The clauses of another run by their ids.

    Raises:
        ConfigError: the file cannot be read, or is not a ``report.json``.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {each["id"]: each for each in document["clauses"]}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path}: is not a report.json of a run") from None


def compared(report: Report, before: Mapping[str, Any]) -> Comparison:
    """What has changed since a run; clauses that one of both did not judge are left out."""
    broken, mended, slower = [], [], []
    for each in report.clauses:
        was = before.get(each.id)
        if was is None:
            continue
        then = was.get("verdict")
        if each.verdict is Verdict.BROKEN and then == Verdict.KEPT:
            broken.append(each.id)
        if each.verdict is Verdict.KEPT and then in (Verdict.BROKEN, Verdict.WAIVED):
            mended.append(each.id)
        seconds = float(was.get("seconds", 0.0))
        judged = each.verdict is Verdict.KEPT and then == Verdict.KEPT and not each.background
        if judged and each.seconds > max(seconds * TIMES, seconds + SECONDS):
            slower.append((each.id, seconds, each.seconds))
    return Comparison(tuple(broken), tuple(mended), tuple(slower))
