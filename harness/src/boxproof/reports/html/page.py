"""Puts the parts of the page together."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from boxproof import journal
from boxproof.core.errors import ExitCode
from boxproof.core.findings import by_head
from boxproof.core.verdicts import Level, Verdict
from boxproof.journal.entries import ClauseJudged
from boxproof.reports.html.comparison import compared
from boxproof.reports.html.coverage_grid import coverage_grid
from boxproof.reports.html.figures import Figure
from boxproof.reports.html.gathered import READ, Gathered
from boxproof.reports.html.history_diagram import history_diagram
from boxproof.reports.html.latency import latency
from boxproof.reports.html.load_chart import load_chart
from boxproof.reports.html.start_parts import start_parts
from boxproof.reports.html.timeline import timeline
from boxproof.reports.model import Report, why_of

#: A longer line of evidence is folded behind its beginning.
FOLDED_CHARACTERS = 600
#: Lines of a clause's evidence that are shown; report.json has all of it.
EVIDENCE_LINES = 200
EVIDENCE_CHARACTERS = 4000
#: What a person pastes into a shell.
COMMANDS = ("curl ", "printf ")


def write(
    report: Report,
    path: Path,
    to: Path,
    *,
    code: ExitCode,
    baseline: Mapping[str, Any] | None = None,
) -> None:
    """Write the page of the journal at ``path``.

    Args:
        baseline: the clauses of the run that it is compared with, by their ids.

    Raises:
        JournalError: the journal cannot be read.
    """
    gathered = Gathered.of(journal.read(path, *READ))
    seconds = float(report.run.get("seconds", 0.0)) or max(
        (each.t for each in gathered.requests), default=0.0
    )
    clauses = [_clause(each, report) for each in report.clauses]
    main = [
        timeline(gathered, seconds) if gathered.requests or gathered.samples else None,
        load_chart(gathered.load),
        latency(gathered.requests),
        start_parts(report.run),
    ]
    figures = {each.id: each for each in main if each is not None}
    histories = [each["history"] for each in clauses if each["history"] is not None]
    text = _template("page.html.j2").render(
        report=report,
        run=report.run,
        code=code,
        folded=FOLDED_CHARACTERS,
        word=code.name.replace("_", " ").lower(),
        sentence=sentence(report, code),
        causes=report.by_cause,
        counts={level: report.count(level=level) for level in Level},
        verdicts=list(Verdict),
        found=[each for each in clauses if each["verdict"] in (Verdict.BROKEN, Verdict.UNKNOWN)],
        waived=report.with_verdict(Verdict.WAIVED),
        not_judged=_by_reason(report),
        families={
            name: ([each for each in clauses if each["family"] == name], report.count(name))
            for name in report.families
        },
        grid=coverage_grid(gathered.covered),
        compared=None if baseline is None else compared(report, baseline),
        figures=figures,
        **_scripts([*figures.values(), *histories]),
    )
    to.write_text(text, encoding="utf-8", errors="replace")


def sentence(report: Report, code: ExitCode) -> str:
    """The verdict, for who reads one sentence."""
    broken, unknown = report.with_verdict(Verdict.BROKEN), report.with_verdict(Verdict.UNKNOWN)
    if report.boot_failure is not None:
        return f"The first boot failed: {report.boot_failure.summary}."
    if code is ExitCode.INTERRUPTED:
        return f"The run was interrupted after {len(report.clauses)} clauses."
    if report.failures:
        return f"The run went wrong: {report.failures[0]}."
    told = []
    if broken:
        causes = report.causes
        told.append(f"{_counted(len(broken), 'clause')} broken, by {_counted(causes, 'cause')}")
    if unknown:
        told.append(f"{_counted(len(unknown), 'clause')} unknown")
    kept = len(report.with_verdict(Verdict.KEPT))
    not_judged = len(report.with_verdict(Verdict.NOT_JUDGED))
    if not told:
        partial = _counted(len(report.unjudged), "MUST clause")
        rest = f"; {partial} not judged" if report.unjudged else ""
        return f"Everything that was judged is kept: {_counted(kept, 'clause')}{rest}."
    left = f", {not_judged} not judged" if not_judged else ""
    return f"{' and '.join(told)}; {kept} kept{left}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _clause(each: ClauseJudged, report: Report) -> dict[str, Any]:
    """One clause as the template shows it."""
    is_found = each.verdict in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.WAIVED)
    return {
        **{name: getattr(each, name) for name in ("id", "family", "level", "sentence", "summary")},
        "verdict": each.verdict,
        "why": why_of(each),
        "seconds": each.seconds,
        "background": each.background,
        "told_only": report.is_told_only(each),
        "heads": [_head(several) for several in by_head(each.findings)] if is_found else [],
        "evidence": [*_lines(each.evidence)] if is_found else [],
        "more": max(0, len(each.evidence) - EVIDENCE_LINES),
        "history": history_diagram(each.id, each.evidence) if is_found else None,
    }


def _head(several: list[Any]) -> str:
    """One cause, and the operations that it is in."""
    first = several[0]
    more = f", and {len(several) - 1} more like it" if len(several) > 1 else ""
    return f"{first.summary}{more}"


def _lines(evidence: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
    """The lines of evidence, and whether each is a command."""
    for line in evidence[:EVIDENCE_LINES]:
        is_command = line.startswith(COMMANDS)
        # A command that is cut would be another one.
        cut = len(line) > EVIDENCE_CHARACTERS and not is_command
        yield is_command, f"{line[:EVIDENCE_CHARACTERS]}…" if cut else line


def _by_reason(report: Report) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for each in report.with_verdict(Verdict.NOT_JUDGED):
        reasons.setdefault(why_of(each), []).append(each.id)
    return reasons


def _scripts(figures: list[Figure]) -> dict[str, Any]:
    """What runs in the page, and the policy that lets nothing else run there."""
    own = (files(__package__) / "page.js").read_text(encoding="utf-8")
    library = ""
    if figures:
        library = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    allowed = " ".join(f"'sha256-{_digest(each)}'" for each in (library, own) if each)
    return {
        "style": Markup((files(__package__) / "page.css").read_text(encoding="utf-8")),
        "library": Markup(library),
        "own": Markup(own),
        "figures_json": Markup(as_json([asdict(each) for each in figures])),
        # Plotly writes styles of its own, and shows pictures that it has drawn.
        "policy": (
            f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
            "img-src data: blob:; base-uri 'none'; form-action 'none'"
        ),
    }


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def as_json(value: Any) -> str:
    """JSON that may stand in a script element, whose end nothing in it is taken for."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _template(name: str) -> Any:
    environment = Environment(
        loader=PackageLoader("boxproof.reports.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
